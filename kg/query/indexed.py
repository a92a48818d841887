"""A large graph as an Oxigraph store on disk, made once beside the graph and opened read-only ever after.

Layout::

    .kg-query/                 beside the graph, or the folder that the settings name
        seen.json              which state of a file has which content: a look at the file's times says so at once
        lock                   held by who makes an index; a second one waits, then finds it made
        <digest>/              the index of one content, one base and depth, and one version of the mapping
        .partial-*/            what is being made; without a holder of the lock, what a killed run left

An index is never changed once it has its name, so any number of processes may open it. A stale one cannot be taken for
a fresh one, since its name tells what is in it.
"""

import io
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import QueryError, StoreError
from kg.query.sources import Pieces, Progress, Source, state_of
from kg.text import digest

if TYPE_CHECKING:
    import pyoxigraph

#: The folder of indexes beside a graph.
FOLDER = ".kg-query"
_SEEN, _LOCK, _PARTIAL = "seen.json", "lock", ".partial-"
#: A file that was written less than so many nanoseconds before it was looked at may change again within the same tick
#: of its clock: what is remembered of it would not be safe. Two seconds is the coarsest clock in use (FAT).
_TICK = 2_000_000_000


def open_made(made: Path) -> "pyoxigraph.Store":
    """Return an index, open for reading.

    Raises:
        StoreError: it cannot be opened.
    """
    import pyoxigraph

    try:
        return pyoxigraph.Store.read_only(str(made))
    except OSError as error:
        raise StoreError(f"{made}: cannot be opened: {error}; remove this folder and ask again") from error


def known_index(source: Source, folder: Path, *, least: int) -> Path | None:
    """Return the index of a graph that has not changed since it was last looked at, without opening the graph.

    Args:
        source: the graph; it need not be open.
        folder: the folder of indexes.
        least: triples that the graph must have, at least, for its index to be wanted.

    Raises:
        StoreError: the folder cannot be read.
    """
    with _told(folder):
        found = _remembered(source, folder)
        made = folder / str(found.get("index", ""))
        known = found.get("triples", 0)
        large = isinstance(known, int) and known >= least
        return made if "index" in found and large and made.is_dir() else None


def find_index(source: Source, folder: Path, *, progress: Progress) -> Path:
    """Return where the graph's index lies; it is made where there is none of this content.

    Raises:
        StoreError: the folder cannot be written, the disk is full, or the graph changed meanwhile.
        QueryError: the graph's file does not parse.
    """
    with _told(folder):
        return known_index(source, folder, least=0) or _make(source, folder, progress)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        told = error.strerror or str(error)
        raise StoreError(
            f"{folder}: {told}; an index of a large graph is made here: free some space, name another place as "
            "query.folder in kg.toml, or ask with --in-memory"
        ) from error


# ---- which index


def _key(source: Source) -> str:
    """Return under which name a file is remembered: it, and all beside its content that its triples depend on."""
    import pyoxigraph

    config = source.config
    how = [config.base, *sorted(config.depth)] if source.is_store else []
    return f"{source.path.name} {digest(source.made_by(), pyoxigraph.__version__, *how)}"


def _read_seen(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / _SEEN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # It only saves time: what cannot be read is found out again.
        return {}
    return found if isinstance(found, dict) else {}


def _place(source: Source) -> str:
    return digest(str(source.path.resolve()))


def _remembered(source: Source, folder: Path) -> dict[str, Any]:
    """Return what is known of a file that has not changed since it was last looked at; else ``{}``."""
    seen = _read_seen(folder)
    found = seen.get(f"{_place(source)} {_key(source)}") if seen else None
    if isinstance(found, dict) and found.get("state") == source.state:
        return found
    return {}


def _remember(source: Source, folder: Path, index: str) -> set[str]:
    """Keep which index a file's state has; return the indexes that files are known to have now."""
    place, state = _place(source), source.state
    seen = {
        key: value
        for key, value in _read_seen(folder).items()
        # Other states of this file are gone, and so are other ways of reading those.
        if isinstance(value, dict) and not (key.startswith(place) and value.get("state") != state)
    }
    kept = {str(value.get("index")) for value in seen.values()} | {index}
    if time.time_ns() - max(state[2:]) > _TICK:
        seen[f"{place} {_key(source)}"] = {"state": state, "index": index, "triples": source.estimate()}
    part = folder / f"{_PARTIAL}{os.getpid()}.json"
    part.write_text(json.dumps(seen, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    part.replace(folder / _SEEN)
    return kept


# ---- making one


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; wait for it. It is let go when the process ends, however it ends."""
    with (folder / _LOCK).open("a+b") as file:
        try:
            import fcntl
        except ImportError:
            # Without such locks two makers do the same work side by side; the first to end gives the name.
            yield
            return
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make(source: Source, folder: Path, progress: Progress) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    with _alone(folder):
        for left in folder.glob(f"{_PARTIAL}*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
        name = digest(source.fingerprint(), _key(source).rpartition(" ")[2], length=32)
        made = folder / name
        if not made.is_dir():
            part = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder))
            try:
                load_into(source, str(part / "index"), progress)
                if not source.is_store and state_of(source.path) != source.state:
                    raise StoreError(f"{source.path}: changed while it was read; ask again when it is whole")
                (part / "index").rename(made)
            finally:
                shutil.rmtree(part, ignore_errors=True)
        # An open index keeps its files even when they lose their names here.
        kept = _remember(source, folder, name)
        for old in folder.iterdir():
            if old.is_dir() and not old.name.startswith(".") and old.name not in kept:
                shutil.rmtree(old, ignore_errors=True)
        return made


def load_into(source: Source, place: str | None, progress: Progress) -> "pyoxigraph.Store":
    """Load a graph's triples into memory (``None``) or into a new store on disk; return it.

    Raises:
        QueryError: the file does not parse.
        StoreError: the disk is full.
        OSError: the place cannot be written.
    """
    import pyoxigraph

    triples = pyoxigraph.Store(place)
    suffix = ".nt" if source.is_store else source.path.suffix
    form = pyoxigraph.RdfFormat.from_extension(suffix.removeprefix("."))
    pieces = progress("index" if place else "load", source.pieces(), None)
    stream = io.BufferedReader(Pieces(pieces), buffer_size=1 << 20)
    try:
        triples.bulk_load(input=stream, format=form)
        if source.named:
            # A union made while asking would show a triple once for each graph it is in.
            everything = (
                pyoxigraph.Quad(quad.subject, quad.predicate, quad.object)
                for quad in pyoxigraph.parse(path=str(source.path), format=form)
            )
            triples.bulk_extend(everything)
    except SyntaxError as error:
        raise QueryError(f"{source.path}: {error}; write it anew with 'kg export'") from error
    if place:
        triples.flush()
    return triples
