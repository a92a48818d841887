"""A graph as chunks of N-Triples, each with the digest that it is known by when loading goes on after a stop."""

import dataclasses
import hashlib
import re
from collections.abc import Iterator

from kg.errors import LoadError
from kg.query.sources import Source

#: A blank node as subject or object. In two requests one label means two things, so chunks must hold none.
_BLANK = re.compile(rb"(?:^|(?<=> ))_:", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Whole lines of N-Triples: what one request carries."""

    number: int
    body: bytes
    triples: int

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes."""
        return hashlib.sha256(self.body).hexdigest()


def to_chunks(source: Source, *, size: int) -> Iterator[Chunk]:
    """Yield a graph as chunks of about ``size`` bytes, in the order of the export: the same graph, the same chunks.

    Raises:
        LoadError: the file holds named graphs or blank nodes, or does not parse.
    """
    if source.named:
        raise LoadError(
            f"{source.path}: holds named graphs, and a Graph Store takes one graph at a time; give the folder of "
            "graph.duckdb, or graph.nt or graph.ttl"
        )
    waiting = bytearray()
    number = 0
    for piece in _lines(source):
        waiting += piece
        # Where a chunk ends depends on the triples only, never on the pieces that they come in.
        while len(waiting) > size:
            end = waiting.rfind(b"\n", 0, size) + 1 or waiting.find(b"\n") + 1
            if not end:
                break
            yield _chunk(number, bytes(waiting[:end]), source)
            number += 1
            del waiting[:end]
    if waiting.strip():
        yield _chunk(number, bytes(waiting), source)


def _chunk(number: int, body: bytes, source: Source) -> Chunk:
    if not source.is_store and _BLANK.search(body):
        raise LoadError(
            f"{source.path}: holds blank nodes, which cannot be loaded piece by piece; give the folder of "
            "graph.duckdb, whose triples have none"
        )
    return Chunk(number=number, body=body, triples=sum(1 for line in body.splitlines() if line.strip()))


def _lines(source: Source) -> Iterator[bytes]:
    """Yield N-Triples, a piece at a time."""
    if source.is_store or source.path.suffix == ".nt":
        yield from source.pieces()
        return
    import pyoxigraph

    form = pyoxigraph.RdfFormat.from_extension(source.path.suffix.removeprefix("."))
    try:
        for quad in pyoxigraph.parse(path=str(source.path), format=form):
            yield f"{quad.triple} .\n".encode()
    except (SyntaxError, OSError) as error:
        raise LoadError(f"{source.path}: {error}; write it anew with 'kg export'") from error
