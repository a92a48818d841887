"""The ledger: why names are one thing, and why others that look like it are not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge as merge_sorted
from itertools import islice

from kg.records import Merge, Rejection
from kg.resolve.clusters import Pair
from kg.resolve.constrained import SOURCE, Applied, usual
from kg.resolve.contradictions import NameId
from kg.resolve.decided import Decided
from kg.resolve.keys import name_key

_SOURCE = "resolve@1"
_SPELLING = 1.0, "the same but for case, hyphens, plural or spelling"
#: Non-merges that are kept, the likest first: many times what a person looks through, and little beside the merges.
_REJECTIONS = 2_000

Forms = Mapping[NameId, Mapping[str, int]]


def to_merges(
    printed: Forms,
    shorts: Forms,
    members: Mapping[NameId, Sequence[NameId]],
    canonical: Mapping[NameId, str],
    ids: Mapping[NameId, str],
    applied: Applied,
    decided: Decided,
    by_paper: Mapping[tuple[NameId, str], tuple[float, str]] | None = None,
) -> Iterator[Merge]:
    """Yield a row for each printed form of a cluster that is not its canonical name.

    Args:
        printed: name -> its printed forms.
        shorts: name -> the acronyms defined beside it.
        members: centre -> the names of its cluster.
        canonical: centre -> the canonical name.
        ids: centre -> the entity.
        applied: the merges with their reasons.
        decided: what people moved to other kinds.
        by_paper: (centre, acronym as printed) -> score and reason, where papers decide what it means.
    """
    meant: dict[NameId, list[tuple[str, tuple[float, str]]]] = {}
    for (name, form), because in (by_paper or {}).items():
        meant.setdefault(name, []).append((form, because))
    moved: dict[NameId, list[tuple[str, str, str]]] = {}
    for name, form, kind, reason in decided.moved():
        moved.setdefault(name, []).append((form, kind, reason))
    for centre, names in sorted(members.items()):
        if len(names) == 1 and _is_alone(names[0], printed, canonical[centre], shorts, meant, moved):
            continue
        told: dict[tuple[str, str], tuple[float, str, str]] = {}
        for name in names:
            for short in shorts.get(name, ()):
                told[short, name[0]] = 1.0, "acronym, defined beside the full form", _SOURCE
            for form, (score, said) in meant.get(name, ()):
                told[form, name[0]] = score, said, _SOURCE
        chosen = centre[0], name_key(canonical[centre])
        given = applied.names.get(centre)
        for name in names:
            # What joined a name that stands alone says more than that some papers define it; the centre is joined
            # to the canonical name by what joined that to it, or by who gave that.
            joined = chosen if name == centre else name
            why = *applied.why.get(joined, _SPELLING), SOURCE if joined in applied.decided else _SOURCE
            if name == centre and given is not None and chosen not in names:
                why = 1.0, given.reason, SOURCE
            for form in printed[name]:
                told[form, name[0]] = (*_SPELLING, _SOURCE) if name == chosen else why
            for form, kind, reason in moved.get(name, ()):
                told[form, kind] = 1.0, reason, SOURCE
        for (form, kind), (score, said, source) in sorted(told.items()):
            if (form, kind) != (canonical[centre], centre[0]):
                yield Merge(
                    entity=ids[centre],
                    a=canonical[centre],
                    a_kind=centre[0],
                    b=form,
                    b_kind=kind,
                    score=score,
                    reason=said,
                    source=source,
                )


def _is_alone(name: NameId, printed: Forms, canonical: str, *told: Mapping[NameId, object]) -> bool:
    """Say whether a name is printed in its canonical form and in no other, and nothing else is told of it."""
    return len(printed[name]) == 1 and canonical in printed[name] and not any(name in some for some in told)


def find_rejections(printed: Forms, pairs: Iterable[Pair], applied: Applied) -> Iterator[Rejection]:
    """Yield the merges that people forbade, and the likest pairs that are not one thing."""
    yield from applied.rejections
    decided = {_ends(one) for one in applied.rejections}
    apart = (
        (round(pair.score, 4), pair.a, pair.b, pair.reason)
        for pair in merge_sorted(sorted(pairs), sorted(_namesakes(printed)))
        if applied.root(pair.a) != applied.root(pair.b)
    )
    for score, a, b, reason in islice(apart, _REJECTIONS):
        one = Rejection(
            a=usual(printed[a]), a_kind=a[0], b=usual(printed[b]), b_kind=b[0], score=score, reason=reason,
            source=_SOURCE,
        )  # fmt: skip
        if _ends(one) not in decided:
            yield one


def _ends(one: Rejection) -> frozenset[tuple[str, str]]:
    return frozenset(((one.a_kind, one.a), (one.b_kind, one.b)))


def _namesakes(printed: Forms) -> Iterator[Pair]:
    """Yield the pairs of one name under two kinds, as sure as the share of the papers that give it the commoner one."""
    kinds: dict[str, list[NameId]] = {}
    for name in printed:
        kinds.setdefault(name[1], []).append(name)
    for names in kinds.values():
        if len(names) == 1:
            continue
        found = [(-sum(printed[name].values()), name) for name in names]
        (most, first), *others = sorted(found)
        share = most / sum(count for count, _ in found)
        for _, name in others:
            yield Pair(round(1 - share, 4), first, name, f"one name, {first[0]} in {share:.0%} of its papers")
