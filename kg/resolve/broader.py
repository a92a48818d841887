"""Broader and narrower: "multimodal LLMs" under "LLMs", "BERT-base" under "BERT"; never a circle."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from kg.resolve.guards import SIZES
from kg.resolve.keys import LITTLE
from kg.resolve.shapes import Shape

#: A plain name of one word is taken as broader only when so large a share of the papers has it: "learning" is not,
#: unless the corpus is small.
_ONE_WORD_SHARE = 1e-4
#: Names of more words are looked at by their ends alone: each further word doubles the ways to leave words out.
_WORDS = 7
#: Broader names that one name has at most.
_ABOVE = 3


def find_by_modifier(
    names: Mapping[str, tuple[str, Sequence[Shape]]], papers: Mapping[str, int]
) -> list[tuple[str, str]]:
    """Return (narrower, broader) pairs of entity ids.

    A name is narrower than another of its kind when that is left after words before its head are left out ("deep
    convolutional networks" under "convolutional networks" and "deep networks"), or what it adds says only what it is
    about ("attention for graphs" under "attention"), or is a size or a version. Of several, the ones that leave out
    least count; what stands above those follows from them.

    Args:
        names: entity id -> its kind, and the shapes of its canonical name and of its aliases.
        papers: entity id -> number of papers.
    """
    known: dict[tuple[str, tuple[str, ...]], str] = {}
    total = sum(papers.values())
    for entity, (kind, shapes) in sorted(names.items(), key=lambda item: (papers[item[0]], item[0])):
        for shape in shapes:
            for core in {shape.core, shape.full}:
                if len(core) > 1 or papers[entity] >= _ONE_WORD_SHARE * total:
                    known[kind, core] = entity
    found = []
    for entity, (kind, shapes) in sorted(names.items()):
        above: list[str] = []
        sizes: list[int] = []
        for core in sorted({shapes[0].core, shapes[0].full}):
            for rest in _less(core):
                other = known.get((kind, rest))
                if other and other != entity and other not in above and (not sizes or len(rest) >= max(sizes)):
                    above.append(other)
                    sizes.append(len(rest))
        found += [(entity, other) for other in above[:_ABOVE]]
    return found


def _less(core: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """Yield what is left of a name when words that narrow it are left out, the longest first."""
    for size in range(len(core) - 1, 0, -1):
        if len(core) <= _WORDS:
            for places in combinations(range(len(core) - 1), size - 1):
                rest = (*(core[place] for place in places), core[-1])
                # A number that goes without its name says nothing, nor do little words at the beginning.
                if not rest[0][0].isdigit() and rest[0] not in LITTLE:
                    yield rest
        elif not core[-size][0].isdigit() and core[-size] not in LITTLE:
            yield core[-size:]
        added = core[size:]
        if all(word in SIZES or word[0].isdigit() or word in ("b", "v") for word in added) or added[0] in LITTLE:
            yield core[:size]


def without_circles(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return narrower -> broader ids, leaving out, in the order given, each pair that would close a circle."""
    above: dict[str, list[str]] = {}

    def reaches(start: str, goal: str) -> bool:
        seen, waiting = set(), [start]
        while waiting:
            one = waiting.pop()
            if one == goal:
                return True
            if one not in seen:
                seen.add(one)
                waiting += above.get(one, [])
        return False

    for narrower, broader in pairs:
        if narrower != broader and broader not in above.get(narrower, []) and not reaches(broader, narrower):
            above.setdefault(narrower, []).append(broader)
    return {narrower: tuple(sorted(found)) for narrower, found in above.items()}
