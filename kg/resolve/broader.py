"""Broader and narrower: "multimodal LLMs" under "LLMs", "BERT-base" under "BERT"; never a circle."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from kg.resolve.guards import SIZES
from kg.resolve.keys import LITTLE
from kg.resolve.shapes import Shape

#: A plain name of one word is taken as broader only when so large a share of the papers has it: "learning" is not,
#: unless the corpus is small.
_ONE_WORD_SHARE = 1e-4
#: Names of more words are looked at by their ends alone: each further word doubles the ways to leave words out.
_WORDS = 7
#: Without the word before it, it says the opposite.
_TURNED = "supervised"
#: What is done to a thing is not the thing: "detecting hallucinations" is no hallucination.
_VERBS = frozenset(
    "detect mitigate measure reduce evaluate predict estimate improve assess identify recover prevent correct quantify "
    "analyze enhance generate understand detecting mitigating measuring reducing evaluating predicting estimating "
    "improving assessing identifying recovering preventing correcting quantifying analyzing enhancing generating "
    "understanding".split()
)
#: Beginnings of words without which what is left is broader: cross-attention is an attention.
_NARROWING = ("cross", "meta")
#: Letters that a word has at least.
_WORD = 4
#: Broader names that one name has at most.
_ABOVE = 3

Words = tuple[str, ...]


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
    known: dict[str, _Known] = defaultdict(_Known)
    total = sum(papers.values())
    for entity, (kind, shapes) in sorted(names.items(), key=lambda item: (papers[item[0]], item[0])):
        for shape in shapes:
            for core in (shape.core, shape.full) if shape.core != shape.full else (shape.core,):
                if len(core) > 1 or papers[entity] >= _ONE_WORD_SHARE * total:
                    known[kind].add(core, entity)
    found = []
    for entity, (kind, shapes) in sorted(names.items()):
        above: list[str] = []
        longest = 0
        cores = [shapes[0].core] if shapes[0].core == shapes[0].full else sorted((shapes[0].core, shapes[0].full))
        for core in cores:
            for size, rests in _less(core, known[kind]):
                for rest in rests if size >= longest else ():
                    other = known[kind].entities[rest]
                    if other != entity and other not in above:
                        above.append(other)
                        longest = size
        found += [(entity, other) for other in above[:_ABOVE]]
    return found


class _Known:
    """The names of one kind: words -> the entity, and the words that stand before each last word."""

    def __init__(self) -> None:
        self.entities: dict[tuple[str, ...], str] = {}
        self.before: dict[str, set[str]] = {}

    def add(self, core: tuple[str, ...], entity: str) -> None:
        self.entities[core] = entity
        if core:
            self.before.setdefault(core[-1], set()).update(core[:-1])


def _less(core: Words, known: _Known) -> Iterator[tuple[int, Iterable[Words]]]:
    """Yield what known names are left of a name when words that narrow it are left out: a length, and all of it.

    Those of a length are looked for when they are asked for.
    """
    before = known.before.get(core[-1], ()) if core else ()
    # A word that stands before this last word in no known name is left out of all that is left.
    usable = [place for place, word in enumerate(core[:-1]) if word in before]
    for size in range(len(core) - 1, 0, -1):
        yield size, _of_size(core, size, usable, known.entities)
    for start in _NARROWING if core else ():
        if core[-1].startswith(start) and len(core[-1]) > len(start) + _WORD and core[-1] != "crossentropy":
            rests = (*core[:-1], core[-1][len(start) :]), (core[-1][len(start) :],)
            yield from ((len(rest), (rest,)) for rest in rests if rest in known.entities)


def _of_size(core: Words, size: int, usable: Sequence[int], known: Container[Words]) -> Iterator[Words]:
    if len(core) <= _WORDS:
        for places in combinations(usable, size - 1):
            rest = (*[core[place] for place in places], core[-1])
            if rest in known and _is_whole(rest) and not _turns(core, (0, *(place + 1 for place in places), len(core))):
                yield rest
    elif core[-size:] in known and _is_whole(core[-size:]):
        yield core[-size:]
    if core[:size] in known:
        added = core[size:]
        if all(word in SIZES or word[0].isdigit() or len(word) == 1 for word in added) or added[0] in LITTLE:
            yield core[:size]


def _is_whole(rest: tuple[str, ...]) -> bool:
    """Say whether a name may begin so: a number that goes without its name says nothing ("3D" is more)."""
    return not rest[0][0].isdigit() or rest[1:2] == ("d",)


def _turns(core: tuple[str, ...], kept: tuple[int, ...]) -> bool:
    """Say whether what is left out turns the meaning; ``kept`` are the places of the kept words, each plus one."""
    left = sorted(set(range(1, len(core) + 1)) - set(kept))
    return any(core[place] == _TURNED for place in left if place < len(core)) or (1 in left and core[0] in _VERBS)


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
