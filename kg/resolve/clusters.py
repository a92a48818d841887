"""From names to clusters: blocks of candidates, scored pairs, and merging by centres under guards.

A cluster grows only by names that fit its centre, the name of most papers, so that a hub never chains two things
(centre clustering: Haveliwala, Gionis and Indyk 2000; Hassanzadeh et al., VLDB 2009, section 3).
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator

from kg.resolve.guards import find_difference
from kg.resolve.keys import name_key, tokens, without_head

#: Little words that may come and go when the other words are the same ("classification of images").
_LITTLE = frozenset("of for in on the a an to and with by".split())
#: Scores of the reasons; those of spelling are rapidfuzz's own.
_REORDERED, _HEADLESS = 0.93, 0.96
#: Names so long may be mistyped by one letter and still be told apart from others.
_TYPO_LENGTH = 12
#: A block of more names than this says too little to compare them all.
_BLOCK = 50


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


def _blocks(names: Iterable[Name]) -> Iterator[list[Name]]:
    """Yield names that share a block: the same words in another order, or nearly the same letters."""
    blocks: dict[tuple[str, str, str], list[Name]] = {}
    for name in names:
        words = tokens(name.usual)
        content = sorted(word for word in words if word not in _LITTLE)
        if len(content) > 1:
            blocks.setdefault((name.kind, "words", " ".join(content)), []).append(name)
        if len(name.key) >= _TYPO_LENGTH:
            # One letter wrong leaves one of the two halves as it is.
            half = len(name.key) // 2
            for size in {half, half - 1} if len(name.key) % 2 == 0 else {half}:
                blocks.setdefault((name.kind, "head", name.key[: size + 1]), []).append(name)
                blocks.setdefault((name.kind, "tail", name.key[-size:]), []).append(name)
    for key in sorted(blocks):
        if 1 < len(blocks[key]) <= _BLOCK:
            yield blocks[key]


def find_pairs(names: list[Name]) -> list[Pair]:
    """Return the pairs of names that may be one thing, the surest first."""
    found: dict[tuple[tuple[str, str], tuple[str, str]], Pair] = {}

    def propose(a: Name, b: Name, score: float, reason: str) -> None:
        first, second = sorted((a, b), key=lambda n: (-n.papers, n.id))
        pair = Pair(round(1 - score, 4), first.id, second.id, reason)
        key = (first.id, second.id)
        if key not in found or pair < found[key]:
            found[key] = pair

    by_key = {name.id: name for name in names}
    for name in names:
        rest = without_head(name.usual, name.kind)
        other = by_key.get((name.kind, name_key(rest))) if rest else None
        if other is not None and other is not name:
            propose(name, other, _HEADLESS, f"'{name.usual.split()[-1]}' adds nothing to the name")
    for block in _blocks(names):
        for i, a in enumerate(block):
            for b in block[i + 1 :]:
                _compare(a, b, propose)
    return sorted(found.values())


def _compare(a: Name, b: Name, propose: Callable[[Name, Name, float, str], None]) -> None:
    from rapidfuzz import fuzz
    from rapidfuzz.distance import DamerauLevenshtein

    first, second = tokens(a.usual), tokens(b.usual)
    if sorted(w for w in first if w not in _LITTLE) == sorted(w for w in second if w not in _LITTLE):
        numbers = [[w for w in words if w[0].isdigit()] for words in (first, second)]
        if numbers[0] == numbers[1]:
            propose(a, b, _REORDERED, "the same words in another order")
        return
    if min(len(a.key), len(b.key)) < _TYPO_LENGTH or find_difference(a.usual, b.usual):
        return
    # A slip of the pen is rare beside the right spelling.
    if DamerauLevenshtein.distance(a.key, b.key, score_cutoff=1) <= 1 and max(a.papers, b.papers) >= 3 * min(
        a.papers, b.papers
    ):
        propose(a, b, round(fuzz.ratio(a.key, b.key) / 100, 4), "spelled alike but for a letter")


def cluster(
    names: list[Name], pairs: list[Pair], threshold: float
) -> dict[tuple[str, str], tuple[tuple[str, str], Pair]]:
    """Return name -> (its centre, the pair that joined them) for each name that is merged into another."""
    joined: dict[tuple[str, str], tuple[tuple[str, str], Pair]] = {}
    centres: set[tuple[str, str]] = set()
    for pair in pairs:
        if pair.score < threshold or pair.b in joined or pair.b in centres or pair.a in joined:
            continue
        joined[pair.b] = pair.a, pair
        centres.add(pair.a)
    return joined
