"""Broader and narrower: "multimodal LLMs" under "LLMs", "BERT-base" under "BERT"; never a circle."""

from collections.abc import Iterable, Mapping, Sequence

from kg.resolve.guards import SIZES
from kg.resolve.keys import tokens

#: A name of one word is taken as broader only when so many papers have it: "learning" is not.
_ONE_WORD_PAPERS = 3
#: Words before a head that do not narrow it.
_LINKING = frozenset("of for and or in on with the a an to by from via using based".split())


def find_by_modifier(
    names: Mapping[str, tuple[str, Sequence[str]]], papers: Mapping[str, int]
) -> list[tuple[str, str]]:
    """Return (narrower, broader) pairs of entity ids.

    A name whose last words are another entity's name of the same kind is narrower than it (the longest such); so is a
    name that adds a size or a version to another's.

    Args:
        names: entity id -> its kind, and its canonical name and aliases.
        papers: entity id -> number of papers.
    """
    by_tokens: dict[tuple[str, tuple[str, ...]], str] = {}
    for entity, (kind, forms) in sorted(names.items(), key=lambda item: (papers[item[0]], item[0])):
        for form in forms:
            by_tokens[kind, tokens(form)] = entity
    found = []
    for entity, (kind, forms) in sorted(names.items()):
        words = tokens(forms[0])
        broader = None
        for start in range(1, len(words)):
            tail = words[start:]
            other = by_tokens.get((kind, tail))
            if other is None or other == entity or words[start - 1] in _LINKING or tail[0][0].isdigit():
                continue
            if len(tail) > 1 or papers[other] >= _ONE_WORD_PAPERS:
                broader = other
                break
        if broader is None:
            for end in range(len(words) - 1, 0, -1):
                rest = words[end:]
                other = by_tokens.get((kind, words[:end]))
                if (
                    other
                    and other != entity
                    and all(t in SIZES or t[0].isdigit() or t == "b" or t == "v" for t in rest)
                ):
                    broader = other
                    break
        if broader:
            found.append((entity, broader))
    return found


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
