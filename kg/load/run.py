"""Puts a graph into another store, chunk by chunk, over the SPARQL 1.1 Graph Store HTTP Protocol."""

import dataclasses
import os
import time
from collections.abc import Callable
from pathlib import Path

from kg.config import ExportConfig
from kg.errors import LoadError
from kg.load.chunks import Chunk, to_chunks
from kg.load.ledger import Ledger, ledger_path, read_ledger
from kg.load.target import Credentials, Target, to_credentials, to_target
from kg.load.wire import Wire
from kg.query.sources import Progress, Source

#: Bytes of a chunk: some 25,000 triples. Less costs more round trips, more meets the limits of servers (Virtuoso's is
#: 10 MB as Debian sets it).
CHUNK = 4_000_000
#: Seconds that a server may take for one chunk.
TIMEOUT = 300.0
MEDIA = "application/n-triples"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What was loaded: all triples of the graph, its chunks, and how many of these were sent by this run."""

    triples: int
    chunks: int
    sent: int
    size: int


def load_graph(
    path: Path | str,
    to: str,
    *,
    graph: str = "",
    replace: bool = False,
    dry_run: bool = False,
    config: ExportConfig | None = None,
    credentials: Credentials | None = None,
    chunk: int = CHUNK,
    state: Path | None = None,
    media: str = MEDIA,
    timeout: float = TIMEOUT,
    plain_http: bool = False,
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Loaded:
    """Put a graph into a store that speaks the SPARQL 1.1 Graph Store HTTP Protocol.

    What the server has taken is noted beside the graph. A run that was stopped goes on there when it is called again;
    one that is repeated sends nothing. Sending a chunk twice does no harm: a graph is a set of triples.

    Args:
        path: an output folder, its ``graph.duckdb``, or ``graph.nt``, ``.ttl`` or ``.jsonld``.
        to: the address of the Graph Store.
        graph: the IRI of the graph to load into; ``""`` is the store's default graph.
        replace: empty that graph first. Until all is loaded the store has a part of the new one.
        dry_run: read and count everything, send and note nothing.
        config: base IRI and depth of the triples.
        credentials: taken from the environment where they are not given.
        chunk: bytes of a request's body.
        state: the file that notes what is loaded; one in ``.kg-load`` beside the graph by default.
        media: the media type that the server knows N-Triples by.
        timeout: seconds that the server may take for a chunk.
        plain_http: send credentials over http to another machine.
        progress: wraps the chunks: ``progress("load", chunks, None)``.
        sleep: waits between attempts.

    Raises:
        QueryError: there is no graph at ``path``.
        LoadError: the server refuses or cannot be reached, or the graph is another than the one that was begun.
        StoreError: the graph cannot be read.
    """
    target = to_target(to, graph)
    if chunk < 1:
        raise LoadError(f"--chunk {chunk}: wants 1 or more bytes")
    known = to_credentials(os.environ) if credentials is None else credentials
    wire = Wire(target.url, known, timeout=timeout, sleep=sleep, plain_http=plain_http)
    try:
        with Source(Path(path), config or ExportConfig()) as source:
            place = state or ledger_path(source.path.parent, target)
            ledger = read_ledger(place, target, size=chunk)
            return _Loading(
                source=source, target=target, wire=wire, media=media, ledger=ledger, place=place, size=chunk,
                replace=replace, dry_run=dry_run, progress=progress,
            ).run()  # fmt: skip
    finally:
        wire.close()


@dataclasses.dataclass(slots=True, kw_only=True)
class _Loading:
    """One run: what is known of earlier ones, and what is still to be sent."""

    source: Source
    target: Target
    wire: Wire
    media: str
    ledger: Ledger | None
    place: Path
    size: int
    replace: bool
    dry_run: bool
    progress: Progress | None

    def run(self) -> Loaded:
        """Send what the server lacks."""
        # A replacement that was stopped is gone on with; one that was done is asked for anew.
        anew = self.ledger is None or (self.replace and (self.ledger.done or not self._is_begun(self.ledger)))
        ledger = self.ledger or Ledger(path=self.place, target=self.target, size=self.size)
        if anew:
            ledger.digests, ledger.done = [], False
        begun = False
        triples = chunks = sent = size = 0
        stream = to_chunks(self.source, size=self.size)
        for chunk in self.progress("load", stream, None) if self.progress else stream:
            triples, chunks, size = triples + chunk.triples, chunks + 1, size + len(chunk.body)
            if chunk.number < len(ledger.digests):
                if ledger.digests[chunk.number] != chunk.digest:
                    raise self._changed(ledger)
                continue
            if ledger.done:
                raise self._changed(ledger)
            sent += 1
            if self.dry_run:
                continue
            if not begun:
                begun = True
                ledger.begin() if anew else ledger.rewrite()
            self._send(chunk)
            ledger.add(chunk.digest)
        if chunks < len(ledger.digests):
            raise self._changed(ledger)
        if not self.dry_run:
            if not chunks and anew:
                ledger.begin()
            if self.replace and not chunks:
                self.wire.send("PUT", self.target.address, b"", media=self.media)
            ledger.finish()
        return Loaded(triples=triples, chunks=chunks, sent=sent, size=size)

    def _is_begun(self, ledger: Ledger) -> bool:
        """Say whether what was begun is this graph: all chunks that were sent are its first."""
        stream = to_chunks(self.source, size=self.size)
        sent = [chunk.digest for chunk, _ in zip(stream, ledger.digests, strict=False)]
        return bool(sent) and sent == ledger.digests

    def _send(self, chunk: Chunk) -> None:
        method = "PUT" if self.replace and chunk.number == 0 else "POST"
        self.wire.send(method, self.target.address, chunk.body, media=self.media)

    def _changed(self, ledger: Ledger) -> LoadError:
        return LoadError(
            f"{self.source.path}: is another graph than the one that {ledger.path} tells of, which is in "
            f"{self.target.address}{'' if ledger.done else ' in part'}; give --replace to put this one in its place, "
            "or remove that file to add this one to it"
        )
