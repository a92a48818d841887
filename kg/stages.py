"""From papers to a graph: the only place that knows the order of the stages.

(It is not called `build`, since `kg.build` is the function of that name.)
"""

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from kg import __version__
from kg.config import Config
from kg.errors import QueryError, StoreError
from kg.records import Decision, Document, Paper, Run, to_plain
from kg.store import DERIVED, Store, paper_key
from kg.text import digest

if TYPE_CHECKING:
    from spacy.language import Language

    from kg.resolve import Resolved

T = TypeVar("T")
#: Wraps the iterable of a stage, given the stage's name and the number of items where known: how a caller shows
#: progress.
Progress = Callable[[str, Iterable[T], int | None], Iterable[T]]

#: Documents that one transaction keeps: what a killed run can lose, at most, is the time of these.
_KEPT_TOGETHER = 256

#: The graph's file in an output folder.
GRAPH = "graph.duckdb"


def unwatched(stage: str, items: Iterable[T], total: int | None) -> Iterable[T]:
    """Return ``items`` as they are: no progress is shown."""
    return items


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did: input records, papers in the graph, papers extracted anew, seconds a stage.

    `blocks` are the blocks of names that may be one thing, `compared` those of them that had to be compared anew; none
    where nothing was resolved, since nothing had changed. `removed` are the formats of the views of an earlier graph
    that were removed (`kg.build`).
    """

    records: int
    papers: int
    extracted: int
    conflicts: tuple[str, ...]
    seconds: dict[str, float]
    blocks: int = 0
    compared: int = 0
    removed: tuple[str, ...] = ()


class _Watch:
    """Seconds a stage, in the order of the stages."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - start


@contextmanager
def open_for_writing(path: Path) -> Iterator[Store]:
    """Open the graph ``path`` to change it: on a copy, which takes its place when all went well.

    A run that is killed or fails leaves the old file as it was and its own work beside it (``.partial``); the next
    run takes that up again.

    Raises:
        StoreError: the file is not a graph of this version, is locked, or the disk is full.
    """
    partial = path.with_name(path.name + ".partial")
    with _placing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not partial.exists():
            Store(path, read_only=True).close()
            copy = path.with_name(path.name + ".copy")
            shutil.copyfile(path, copy)
            copy.replace(partial)
    fresh = path.with_name(path.name + ".fresh")
    with Store(partial) as store:
        yield store
        with _placing(path):
            fresh.unlink(missing_ok=True)
        store.write_compact(fresh)
    with _placing(path):
        fresh.replace(path)
        partial.unlink()
        partial.with_name(partial.name + ".wal").unlink(missing_ok=True)


@contextmanager
def _placing(path: Path) -> Iterator[None]:
    """Turn the system's faults into StoreError with the remedy."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}; free some space or give another folder") from error


def build_graph(
    papers: Iterable[Paper],
    store: Store,
    config: Config | None = None,
    *,
    nlp: "Language | None" = None,
    progress: Progress[Paper] = unwatched,
) -> Built:
    """Take papers into a graph: read, extract what is new or changed, resolve, link.

    Papers that are in the graph already stay, and are not extracted again unless their text or the model changed.

    Args:
        papers: what to add; read once, as a stream.
        store: an open graph (`open_for_writing`, or a `kg.store.Store` of one's own).
        config: settings of all stages.
        nlp: a loaded pipeline, to spare loading it where one process extracts.
        progress: wraps the iterable of each stage that takes time for each paper.

    Raises:
        KGError: as the stages raise; what was extracted until then is kept in the store.
    """
    from kg.identity import add_papers
    from kg.resolve import check_decisions

    config = config or Config()
    watch = _Watch()
    # Decisions that contradict each other are told before papers are extracted for hours.
    check_decisions(find_decisions(store.path, config))
    with watch.stage("read"):
        settled = add_papers(store, progress("read", papers, None), on_error=config.read.on_error)
    extracted = _extract_new(store, config, nlp, progress, watch)
    resolved = _derive(store, config, watch)
    return Built(
        records=settled.records,
        papers=settled.papers,
        extracted=extracted,
        conflicts=settled.conflicts,
        seconds=watch.seconds,
        blocks=resolved.blocks if resolved else 0,
        compared=resolved.compared if resolved else 0,
    )


def extract_stream(
    papers: Iterable[Paper], store: Store, config: Config, *, progress: Progress[Paper] = unwatched
) -> Iterator[Document]:
    """Yield a document for each distinct paper, sorted by id; ``store`` is an empty one to sort the papers in.

    Raises:
        KGError: as reading and extraction raise.
    """
    from kg.extract import extract_documents
    from kg.identity import add_papers

    settled = add_papers(store, progress("read", papers, None), on_error=config.read.on_error)
    sorted_papers = progress("extract", store.fetch(Paper), settled.papers)
    yield from extract_documents(sorted_papers, config=config.extract, workers=config.extract.workers)


def remove_from_graph(ids: Iterable[str], store: Store, config: Config | None = None) -> None:
    """Take papers out of a graph again, by any of their ids; what is left is as if they had never been in.

    Raises:
        QueryError: an id names no paper of the graph; nothing is removed then.
    """
    from kg.identity import remove_papers

    unknown = remove_papers(store, ids)
    if unknown:
        raise QueryError(f"{', '.join(unknown)}: no such paper in {store.path.name}; 'kg show ID' finds near misses")
    _forget_gone(store)
    _derive(store, config or Config(), _Watch())


def find_decisions(graph: Path, config: Config) -> dict[Decision, str]:
    """Return what people decided of the names of a graph, each with its place: from the file named, or beside it.

    Raises:
        ReadError: the file has faults; or one is named in the settings, and there is none.
    """
    from kg.decisions import read_decisions

    path = decisions_path(graph, config)
    return read_decisions(path) if config.resolve.decisions or path.exists() else {}


def decisions_path(graph: Path, config: Config) -> Path:
    """Return where what people decide of a graph is kept."""
    from kg.decisions import DECISIONS

    return Path(config.resolve.decisions) if config.resolve.decisions else graph.with_name(DECISIONS)


def resolve_again(store: Store, config: Config | None = None) -> None:
    """Resolve, ground and link anew what was extracted, under the decisions as they are now.

    Raises:
        KGError: as the stages raise.
    """
    _derive(store, config or Config(), _Watch())


def _forget_gone(store: Store) -> None:
    gone = [row[0] for row in store.rows("SELECT paper FROM extractions WHERE paper NOT IN (SELECT id FROM papers)")]
    if gone:
        with store.transaction():
            store.remove_extractions(gone)


def _extract_new(store: Store, config: Config, nlp: "Language | None", progress: Progress[Paper], watch: _Watch) -> int:
    """Extract the papers that have no extraction under their text and this model; return how many."""
    from kg.extract import extract_documents, model_version

    version = model_version(config.extract)
    _forget_gone(store)
    done = dict(store.rows("SELECT paper, key FROM extractions"))
    with watch.stage("extract"):
        waiting = [p.id for p in store.fetch(Paper) if done.get(p.id) != paper_key(p, version)]
        if not waiting:
            return 0
        todo = _papers_of(store, waiting)
        documents = extract_documents(
            progress("extract", todo, len(waiting)), nlp, config=config.extract, workers=config.extract.workers
        )
        keyed = ((document, paper_key(document.paper, version)) for document in documents)
        while some := list(islice(keyed, _KEPT_TOGETHER)):
            store.add_documents(some)
    return len(waiting)


def _papers_of(store: Store, ids: list[str]) -> Iterator[Paper]:
    """Yield papers by id, some at a time: the list of ids is all that is held."""
    for at in range(0, len(ids), _KEPT_TOGETHER):
        part = ids[at : at + _KEPT_TOGETHER]
        yield from store.fetch(Paper, "id IN (SELECT unnest(?::VARCHAR[]))", [part])


def _derive(store: Store, config: Config, watch: _Watch) -> "Resolved | None":
    """Resolve and link, unless what they start from is what they started from last time: then return None."""
    from kg.extract import model_version
    from kg.ground import ground_entities
    from kg.link import link_papers
    from kg.resolve import resolve_entities
    from kg.vocabulary import fingerprint

    decisions = find_decisions(store.path, config)
    content = digest(
        *(f"{paper} {key}" for paper, key in store.rows("SELECT paper, key FROM extractions ORDER BY ALL")),
        *sorted(json.dumps(to_plain(decision), sort_keys=True) for decision in decisions),
        *fingerprint(config.resolve.vocabulary),
    )
    run = Run(version=__version__, model=model_version(config.extract), config=config.digest, content=content)
    if list(store.fetch(Run)) == [run]:
        return None
    store.clear(DERIVED)
    with watch.stage("resolve"):
        resolved = resolve_entities(store, config.resolve, decisions)
    with watch.stage("ground"):
        ground_entities(store, config.resolve)
    with watch.stage("link"):
        link_papers(store, config.link)
    store.add(Run, [run])
    return resolved
