"""Blocks that were compared before: what was found in a block is kept under a digest of all that this depends on.

A block of the same digest is not compared again. What another version of this room kept has other digests, and what was
damaged does not fit its own: both are compared anew, and go.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kg.resolve.clusters import Name, Pair, compare_block
from kg.resolve.keys import tokens
from kg.resolve.shapes import Shape
from kg.text import digest

if TYPE_CHECKING:
    from kg.store import Store

#: Hexadecimal digits of a block's digest: of a thousand million blocks two would share one once in 10^11 graphs.
_DIGITS = 24


@lru_cache(maxsize=1)
def _basis() -> str:
    """Return a digest of all that compares names: this room's code and weights, and what measures spellings."""
    room = sorted((one for one in files("kg.resolve").iterdir() if one.is_file()), key=lambda one: one.name)
    code = [one.read_bytes() for one in (*room, files("kg") / "text.py") if one.name.endswith((".py", ".json"))]
    return digest(version("rapidfuzz"), *(hashlib.sha256(some).hexdigest() for some in code), length=_DIGITS)


class Compared:
    """The blocks that a graph keeps; `blocks` are those that were asked for since, `anew` those not found there."""

    def __init__(self, store: "Store") -> None:
        """Read what a graph keeps."""
        self.anew = 0
        self._kept: dict[str, tuple[Any, Any]] = {
            block: (pairs, sound) for block, pairs, sound in store.stream("SELECT block, pairs, sound FROM compared")
        }
        self._asked: set[str] = set()
        self._found: dict[str, str] = {}
        self._told: dict[tuple[str, tuple[str, str]], str] = {}

    @property
    def blocks(self) -> int:
        """The number of blocks that were asked for; those of the same names are one."""
        return len(self._asked)

    def compare(
        self,
        sort: str,
        block: Sequence[Name],
        shapes: Mapping[tuple[str, str], Shape],
        words: Mapping[str, int],
    ) -> Iterator[Pair]:
        """Yield what `kg.resolve.clusters.compare_block` finds in a block, told now only where it must be."""
        told = [self._tell(sort, name, shapes, words) for name in block]
        key = digest(_basis(), sort, block[0].kind, *told, length=_DIGITS)
        self._asked.add(key)
        pairs = self._found.get(key)
        if pairs is None and key in self._kept:
            kept, sound = self._kept[key]
            pairs = kept if isinstance(kept, str) and sound == _seal(key, kept) else None
        if pairs is None:
            self.anew += 1
            places = {name.id: place for place, name in enumerate(block)}
            found = [(places[p.a], places[p.b], p.cost, p.reason) for p in compare_block(sort, block, shapes, words)]
            pairs = self._found[key] = json.dumps(found) if found else ""
        for a, b, cost, reason in json.loads(pairs) if pairs else ():
            yield Pair(cost, block[a].id, block[b].id, reason)

    def _tell(self, sort: str, name: Name, shapes: Mapping[tuple[str, str], Shape], words: Mapping[str, int]) -> str:
        """Return all that comparing in such a block asks of a name."""
        place = "words" if sort == "words" else "letters", name.id
        if place not in self._told:
            asked: tuple[Any, ...]
            if sort == "words":
                asked = tuple(shapes[name.id])
            else:
                asked = name.papers, [words[word] > 1 for word in tokens(name.usual)]
            self._told[place] = repr((name.key, name.usual, asked))
        return self._told[place]

    def write(self, store: "Store") -> None:
        """Keep what was asked for, and nothing else (inside the caller's transaction)."""
        gone = sorted((self._kept.keys() - self._asked) | (self._kept.keys() & self._found.keys()))
        if gone:
            store.run("DELETE FROM compared WHERE block IN (SELECT unnest(?::VARCHAR[]))", [gone])
        store.add_rows(
            "compared",
            ({"block": key, "pairs": pairs, "sound": _seal(key, pairs)} for key, pairs in sorted(self._found.items())),
        )


def _seal(block: str, pairs: str) -> str:
    return digest(block, pairs)
