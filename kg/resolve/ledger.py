"""The ledger: why names are one thing, and why others that look like it are not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """
    moved: dict[NameId, list[tuple[str, str, str]]] = {}
    for name, form, kind, reason in decided.moved():
        moved.setdefault(name, []).append((form, kind, reason))
    for centre, names in sorted(members.items()):
        told: dict[tuple[str, str], tuple[float, str, str]] = {}
        for name in names:
            for short in shorts.get(name, ()):
                told[short, name[0]] = 1.0, "acronym, defined beside the full form", _SOURCE
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


def find_rejections(printed: Forms, pairs: Iterable[Pair], applied: Applied) -> Iterator[Rejection]:
    """Yield the merges that people forbade, and the likest pairs that are not one thing."""
    yield from applied.rejections
    decided = {frozenset(((one.a_kind, one.a), (one.b_kind, one.b))) for one in applied.rejections}
    apart = (
        Rejection(
            a=usual(printed[pair.a]),
            a_kind=pair.a[0],
            b=usual(printed[pair.b]),
            b_kind=pair.b[0],
            score=round(pair.score, 4),
            reason=pair.reason,
            source=_SOURCE,
        )
        for pair in sorted(pairs)
        if applied.root(pair.a) != applied.root(pair.b)
    )
    yield from (
        one
        for one in islice(apart, _REJECTIONS)
        if frozenset(((one.a_kind, one.a), (one.b_kind, one.b))) not in decided
    )
