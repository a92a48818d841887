"""From names to clusters: blocks of candidates, scored pairs, and merging by centres under guards.

A cluster grows only by names that fit its centre, the name of most papers, so that a hub never chains two things
(centre clustering: Haveliwala, Gionis and Indyk 2000; Hassanzadeh et al., VLDB 2009, section 3).
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from kg.resolve.acronyms import Meanings
from kg.resolve.guards import find_difference
from kg.resolve.keys import tokens
from kg.resolve.score import find_reason
from kg.resolve.shapes import Shape, find_shape

#: Names so long may be mistyped by one letter and still be told apart from others.
_TYPO_LENGTH = 12
#: Words of fewer letters are other words when a letter is changed.
_LONG_WORD = 7
#: Kinds that readers take for each other.
CONFUSED = frozenset(("Method", "Task"))
#: The score of the same words, acronyms written out, as a method and as a task.
_ACROSS = 0.92
#: A right spelling is so many times as common as a wrong one.
_OFTENER = 3


def usual_form(forms: Mapping[str, int]) -> str:
    """Return the form that most papers print."""
    return min(forms, key=lambda form: (-forms[form], form)) if len(forms) > 1 else next(iter(forms))


@dataclasses.dataclass(slots=True)
class Name:
    """A name as the papers print it, under one normal form and kind.

    `forms` counts the papers of each printed form, `papers` the papers in all; `usual` is the commonest form, and `id`,
    kind and key, is unique.
    """

    kind: str
    key: str
    forms: Mapping[str, int]
    papers: int = dataclasses.field(init=False)
    usual: str = dataclasses.field(init=False)
    id: tuple[str, str] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        """Work out what is asked for many times."""
        self.id = self.kind, self.key
        if len(self.forms) == 1:
            [(self.usual, self.papers)] = self.forms.items()
        else:
            self.papers = sum(self.forms.values())
            self.usual = usual_form(self.forms)


class Pair(NamedTuple):
    """Two names that may be one thing, with a score and its reason; `a` is the one of more papers."""

    cost: float
    a: tuple[str, str]
    b: tuple[str, str]
    reason: str

    @property
    def score(self) -> float:
        """The score, 0..1."""
        return 1 - self.cost


def letter_blocks(name: Name) -> set[tuple[str, str]]:
    """Return the blocks that a long name shares with its misspellings: one wrong letter leaves half of it as it is."""
    if len(name.key) < _TYPO_LENGTH:
        return set()
    half = len(name.key) // 2
    sizes = {half, half - 1} if len(name.key) % 2 == 0 else {half}
    return {block for size in sizes for block in (("head", name.key[: size + 1]), ("tail", name.key[-size:]))}


def find_blocks(
    names: Sequence[Name], shapes: Mapping[tuple[str, str], Shape], neighbours: int
) -> Iterator[tuple[str, list[Name]]]:
    """Yield names that share a block, the commonest first: words that begin alike, in any order, or nearly one form.

    A block in which a name has more than ``neighbours`` others says too little to compare them all: of it, only names
    of the same words are, those of most papers first.
    """
    blocks: dict[tuple[str, str, str], list[Name]] = {}
    # Letters are compared with those of far commoner names alone: a block without one is none.
    for name in names:
        if name.papers >= _OFTENER:
            for sort, block in letter_blocks(name):
                blocks[name.kind, sort, block] = []
    for name in names:
        shape = shapes[name.id]
        if shape.core:
            for block in shape.blocks:
                blocks.setdefault((name.kind, "words", block), []).append(name)
        for sort, block in letter_blocks(name):
            if (found := blocks.get((name.kind, sort, block))) is not None:
                found.append(name)
    for (_, sort, _), found in blocks.items():
        if len(found) < 2 or (len(found) > neighbours + 1 and sort != "words"):
            continue
        found.sort(key=_by_papers)
        if len(found) <= neighbours + 1:
            yield sort, found
        else:
            narrow: dict[str, list[Name]] = {}
            for name in found:
                narrow.setdefault(shapes[name.id].narrow_block, []).append(name)
            yield from (("words", some[: neighbours + 1]) for some in narrow.values() if len(some) > 1)


def _by_papers(name: Name) -> tuple[int, tuple[str, str]]:
    return -name.papers, name.id


def find_shapes(names: Iterable[Name], meanings: Meanings) -> dict[tuple[str, str], Shape]:
    """Return the shape of each name's commonest form."""
    return {name.id: find_shape(name.usual, name.kind, meanings) for name in names}


class Comparing(Protocol):
    """What compares the names of a block, as `compare_block` does, or remembers what that found."""

    def __call__(
        self,
        sort: str,
        block: Sequence[Name],
        shapes: Mapping[tuple[str, str], Shape],
        words: Mapping[str, int],
        /,
    ) -> Iterable[Pair]:
        """Return the pairs of a block that may be one thing."""


def find_pairs(
    names: Sequence[Name],
    shapes: Mapping[tuple[str, str], Shape],
    neighbours: int,
    compare: Comparing | None = None,
) -> list[Pair]:
    """Return the pairs of names that may be one thing, the surest first; ``compare`` compares the names of a block."""
    compare = compare or compare_block
    words = Counter(word for name in names for word in set(tokens(name.usual)))
    found: dict[tuple[tuple[str, str], tuple[str, str]], Pair] = {}
    for sort, block in find_blocks(names, shapes, neighbours):
        for pair in compare(sort, block, shapes, words):
            if (pair.a, pair.b) not in found or pair < found[pair.a, pair.b]:
                found[pair.a, pair.b] = pair
    for pair in _across_kinds(names, shapes):
        found.setdefault((pair.a, pair.b), pair)
    return sorted(found.values())


def compare_block(
    sort: str, block: Sequence[Name], shapes: Mapping[tuple[str, str], Shape], words: Mapping[str, int]
) -> Iterator[Pair]:
    """Yield the pairs of one block, as `find_blocks` gives it, that may be one thing."""
    for i, a in enumerate(block):
        for b in block[i + 1 :]:
            if sort == "words":
                said = find_reason(shapes[a.id], shapes[b.id], a.kind)
            else:
                said = _misspelled(a, b, words) if a.papers >= _OFTENER * b.papers else None
            if said is not None:
                yield Pair(round(1 - said[0], 4), a.id, b.id, said[1])


def _across_kinds(names: Iterable[Name], shapes: Mapping[tuple[str, str], Shape]) -> Iterator[Pair]:
    """Yield a method and a task of the same words, acronyms written out."""
    same: dict[tuple[str, ...], dict[str, Name]] = {}
    for name in names:
        if name.kind in CONFUSED and len(shapes[name.id].full) > 1 and not shapes[name.id].bare:
            kinds = same.setdefault(shapes[name.id].full, {})
            held = kinds.get(name.kind)
            if held is None or (name.papers, name.id) > (held.papers, held.id):
                kinds[name.kind] = name
    for found in same.values():
        if len(found) > 1:
            a, b = sorted(found.values(), key=_by_papers)
            if a.key != b.key:
                yield Pair(round(1 - _ACROSS, 4), a.id, b.id, "the same words under another kind")


def _misspelled(a: Name, b: Name, words: Mapping[str, int]) -> tuple[float, str] | None:
    """Return score and reason where ``b``, far rarer, is ``a`` but for one letter of a long word that is in no other.

    A slip of the pen is rare, and what it makes is no word ("test" and "text" are both).
    """
    from rapidfuzz import fuzz
    from rapidfuzz.distance import DamerauLevenshtein

    first, second = tokens(a.usual), tokens(b.usual)
    if len(first) != len(second) or find_difference(a.usual, b.usual):
        return None
    differ = [(x, y) for x, y in zip(first, second, strict=True) if x != y]
    if len(differ) != 1:
        return None
    [(right, wrong)] = differ
    if len(wrong) < _LONG_WORD or words[wrong] > 1 or DamerauLevenshtein.distance(right, wrong, score_cutoff=1) > 1:
        return None
    return round(fuzz.ratio(a.key, b.key) / 100, 4), "spelled alike but for a letter"


def cluster(
    names: list[Name], pairs: list[Pair], threshold: float
) -> dict[tuple[str, str], tuple[tuple[str, str], Pair]]:
    """Return name -> (its centre, the pair that joined them) for each name that is merged into another.

    The surest pairs come first. Two clusters become one only when every name of the one fits the other's centre.
    """
    sure = {(pair.a, pair.b): pair for pair in pairs if pair.score >= threshold}
    joined: dict[tuple[str, str], tuple[tuple[str, str], Pair]] = {}
    members: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for a, b in sorted(sure, key=lambda ends: sure[ends]):
        if a in joined or b in joined:
            continue
        moved = [b, *members.get(b, ())]
        fitting = [sure.get((a, name)) or sure.get((name, a)) for name in moved]
        if None in fitting:
            continue
        for name, pair in zip(moved, fitting, strict=True):
            if pair is not None:
                joined[name] = a, pair
        members.setdefault(a, []).extend(moved)
        members.pop(b, None)
    return joined
