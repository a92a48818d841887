"""Where the triples of a graph come from: its ``graph.duckdb``, or an RDF export of it."""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.config import ExportConfig
from kg.errors import QueryError, StoreError
from kg.text import digest

#: What wraps the pieces of a graph while they are loaded: ``progress(stage, pieces, total)``.
Progress = Callable[[str, Iterable[Any], int | None], Iterable[Any]]

#: The graph's file in an output folder; the record itself, so it is asked before any view of it.
STORE = "graph.duckdb"
#: Exports that can be asked, the quickest to load first -> whether it holds named graphs.
FILES = {".nt": False, ".ttl": False, ".jsonld": False, ".nq": True, ".trig": True}
#: Bytes of a triple in each export, from the graph of a thousand abstracts (392,056 triples), within a tenth.
_BYTES = {".nt": 170, ".ttl": 52, ".jsonld": 70, ".nq": 250, ".trig": 54}
#: Triples that a row of a table becomes, measured on the same graph: table -> (what depth asks for them, how many).
_ROWS = {
    "papers": ("", 16),
    "entities": ("", 6),
    "denotations": ("", 1),
    "claims": ("", 16),
    "relations": ("", 10),
    "merges": ("", 6),
    "mentions": ("mentions", 8),
    "sentences": ("sentences", 7),
    "links": ("links", 7),
}
#: Bytes read at a time: Ctrl-C is heard between two readings.
_PIECE = 1 << 20


def find_source(path: Path) -> Path:
    """Return the file to ask for ``path``, a folder or a file.

    Raises:
        QueryError: there is none.
    """
    if path.is_file():
        if path.suffix != ".duckdb" and path.suffix not in FILES:
            raise QueryError(f"{path}: not a graph to ask; give a folder, or a file .duckdb, {', '.join(FILES)}")
        return path
    if not path.exists():
        raise QueryError(f"{path}: no such graph; make one with 'kg build PAPERS -o {path}'")
    for name in (STORE, *(f"graph{suffix}" for suffix in FILES)):
        if (path / name).is_file():
            return path / name
    raise QueryError(f"{path}: holds no graph ({STORE} or graph{', graph'.join(FILES)}); make one with 'kg build'")


class Pieces(io.RawIOBase):
    """Pieces of bytes as a binary file, so that a graph is loaded without ever being whole as text."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` with what comes next; return how many bytes."""
        view = memoryview(buffer)
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        taken = self._rest[: len(view)]
        view[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def state_of(path: Path) -> list[int]:
    """Return what changes when a file is written or replaced: its inode, size and times in nanoseconds."""
    told = path.stat()
    return [told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns]


class Source:
    """A graph's file, open, with what must be known of it before its triples are loaded. A context manager."""

    def __init__(self, path: Path, config: ExportConfig) -> None:
        """Find and open the graph at ``path``.

        Raises:
            QueryError: there is none.
            StoreError: it cannot be opened.
        """
        self.path = find_source(path)
        self.config = config
        self.is_store = self.path.suffix == ".duckdb"
        #: Whether patterns without GRAPH would see nothing unless every triple is put into the default graph too.
        self.named = FILES.get(self.path.suffix, False)
        self._store: Any = None
        #: Which file it is: taken before it is opened, so that it can only be too old, never too new.
        self.state = state_of(self.path)

    def __enter__(self) -> "Source":
        """Open it."""
        if self.is_store:
            from kg.store import Store

            self._store = Store(self.path, read_only=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        if self._store is not None:
            self._store.close()

    def estimate(self) -> int:
        """Return about how many triples it holds, without reading them."""
        if self._store is None:
            return self.path.stat().st_size // _BYTES[self.path.suffix]
        return sum(
            self._store.count(table) * triples
            for table, (depth, triples) in _ROWS.items()
            if not depth or depth in self.config.depth
        )

    def fingerprint(self) -> str:
        """Return the digest of its content; see `kg.store.Store.fingerprint` for what that is of a graph."""
        if self._store is not None:
            return str(self._store.fingerprint())
        sha = hashlib.sha256()
        for piece in self._read():
            sha.update(piece)
        return sha.hexdigest()

    def pieces(self) -> Iterator[bytes]:
        """Yield its text piece by piece: N-Triples of a store, a file's own format."""
        if self._store is None:
            yield from self._read()
            return
        from kg.rdf.writers import to_chunks

        for chunk in to_chunks(self._store, format="nt", config=self.config):
            yield chunk.encode("utf-8")

    def _read(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as file:
                while piece := file.read(_PIECE):
                    yield piece
        except OSError as error:
            raise StoreError(f"{self.path}: {error.strerror or error}; write it anew with 'kg export'") from error

    def made_by(self) -> str:
        """Return a digest of the code that makes triples of a store: another code, other triples."""
        if not self.is_store:
            return ""
        import kg

        package = Path(kg.__file__).parent
        code = [*sorted((package / "rdf").glob("*.py")), package / "vocab.py", package / "text.py"]
        return digest(kg.__version__, *(hashlib.sha256(path.read_bytes()).hexdigest() for path in code))
