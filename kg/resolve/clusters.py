"""From names to clusters: blocks of candidates, scored pairs, and merging by centres under guards.

A cluster grows only by names that fit its centre, the name of most papers, so that a hub never chains two things
(centre clustering: Haveliwala, Gionis and Indyk 2000; Hassanzadeh et al., VLDB 2009, section 3).
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

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


@dataclasses.dataclass(slots=True)
class Name:
    """A name as the papers print it, under one normal form and kind.

    `forms` counts the papers of each printed form; `places` the papers in all.
    """

    kind: str
    key: str
    forms: dict[str, int]

    @property
    def papers(self) -> int:
        """Papers that print it, in any form."""
        return sum(self.forms.values())

    @property
    def usual(self) -> str:
        """The commonest printed form."""
        return min(self.forms, key=lambda form: (-self.forms[form], form))

    @property
    def id(self) -> tuple[str, str]:
        """Kind and key: unique."""
        return self.kind, self.key


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Pair:
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


def _blocks(
    names: Iterable[Name], shapes: Mapping[tuple[str, str], Shape], neighbours: int
) -> Iterator[tuple[str, list[Name]]]:
    """Yield names that share a block: words that begin alike, in any order, or nearly the same letters.

    A block in which a name has more than ``neighbours`` others says too little to compare them all: of it, only names
    of the same words are, those of most papers first.
    """
    blocks: dict[tuple[str, str, str], list[Name]] = {}
    for name in names:
        if shapes[name.id].core:
            for block in shapes[name.id].blocks:
                blocks.setdefault((name.kind, "words", block), []).append(name)
        for sort, block in letter_blocks(name):
            blocks.setdefault((name.kind, sort, block), []).append(name)
    for key in sorted(blocks):
        if 1 < len(blocks[key]) <= neighbours + 1:
            yield key[1], blocks[key]
        elif len(blocks[key]) > neighbours + 1 and key[1] == "words":
            narrow: dict[str, list[Name]] = {}
            for name in sorted(blocks[key], key=lambda n: (-n.papers, n.id)):
                narrow.setdefault(shapes[name.id].narrow_block, []).append(name)
            yield from (("words", some[: neighbours + 1]) for some in narrow.values() if len(some) > 1)


def find_shapes(names: Iterable[Name], meanings: Meanings) -> dict[tuple[str, str], Shape]:
    """Return the shape of each name's commonest form."""
    return {name.id: find_shape(name.usual, name.kind, meanings) for name in names}


def find_pairs(names: list[Name], shapes: Mapping[tuple[str, str], Shape], neighbours: int) -> list[Pair]:
    """Return the pairs of names that may be one thing, the surest first."""
    words = Counter(word for name in names for word in set(tokens(name.usual)))
    found: dict[tuple[tuple[str, str], tuple[str, str]], Pair] = {}
    for sort, block in _blocks(names, shapes, neighbours):
        for i, one in enumerate(block):
            for other in block[i + 1 :]:
                a, b = sorted((one, other), key=lambda n: (-n.papers, n.id))
                said = find_reason(shapes[a.id], shapes[b.id], a.kind) if sort == "words" else _misspelled(a, b, words)
                if said is not None:
                    pair = Pair(round(1 - said[0], 4), a.id, b.id, said[1])
                    if (a.id, b.id) not in found or pair < found[a.id, b.id]:
                        found[a.id, b.id] = pair
    for pair in _across_kinds(names, shapes):
        found.setdefault((pair.a, pair.b), pair)
    return sorted(found.values())


def _across_kinds(names: Iterable[Name], shapes: Mapping[tuple[str, str], Shape]) -> Iterator[Pair]:
    """Yield a method and a task of the same words, acronyms written out."""
    same: dict[tuple[str, ...], dict[str, Name]] = {}
    for name in sorted(names, key=lambda n: (n.papers, n.id)):
        if name.kind in CONFUSED and len(shapes[name.id].full) > 1 and not shapes[name.id].bare:
            same.setdefault(shapes[name.id].full, {})[name.kind] = name
    for found in same.values():
        if len(found) > 1:
            a, b = sorted(found.values(), key=lambda n: (-n.papers, n.id))
            if a.key != b.key:
                yield Pair(round(1 - _ACROSS, 4), a.id, b.id, "the same words under another kind")


def _misspelled(a: Name, b: Name, words: Mapping[str, int]) -> tuple[float, str] | None:
    """Return score and reason where ``b``, the rarer, is ``a`` but for one letter of a long word that is in no other.

    A slip of the pen is rare, and what it makes is no word ("test" and "text" are both).
    """
    from rapidfuzz import fuzz
    from rapidfuzz.distance import DamerauLevenshtein

    first, second = tokens(a.usual), tokens(b.usual)
    if a.papers < _OFTENER * b.papers or len(first) != len(second) or find_difference(a.usual, b.usual):
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
