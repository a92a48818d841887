"""Opens a graph's triples, in memory or from an index on disk, and asks them."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.config import ExportConfig, QueryConfig
from kg.errors import QueryError
from kg.query.faults import refuse, to_message
from kg.query.indexed import FOLDER, find_index, known_index, load_into, open_made
from kg.query.results import Results
from kg.query.sources import Progress, Source
from kg.vocab import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph


def _unwatched(stage: str, pieces: Iterable[Any], total: int | None) -> Iterable[Any]:
    return pieces


def load_triples(path: Path, *, config: ExportConfig | None = None) -> "pyoxigraph.Store":
    """Return the triples of a graph in memory: about 0.4 GB a million.

    Patterns without GRAPH see all of them, each once, whichever file they come from.

    Args:
        path: an output folder, its ``graph.duckdb``, or an RDF export.
        config: base IRI and depth, where triples are made from ``graph.duckdb``.

    Raises:
        QueryError: there is no graph, or the file does not parse.
        StoreError: the store cannot be opened.
    """
    with Source(path, config or ExportConfig()) as source:
        return load_into(source, None, _unwatched)


def open_triples(
    path: Path,
    *,
    config: ExportConfig | None = None,
    asking: QueryConfig | None = None,
    progress: Progress | None = None,
) -> "pyoxigraph.Store":
    """Return the triples of a graph, ready to be asked: a small one in memory, a large one from its index on disk.

    The index is made once for a content, beside the graph, and only read then: opening it takes some milliseconds,
    whatever its size. Making one takes about as long as loading the graph into memory.

    Args:
        path: an output folder, its ``graph.duckdb``, or an RDF export.
        config: base IRI and depth, where triples are made from ``graph.duckdb``.
        asking: how large is large, and where indexes lie.
        progress: wraps the pieces of the graph while they are loaded: ``progress(stage, pieces, None)``.

    Raises:
        QueryError: there is no graph, or the file does not parse.
        StoreError: the store cannot be opened, or the index cannot be written.
    """
    found = find_triples(path, config=config, asking=asking, progress=progress)
    return open_made(found) if isinstance(found, Path) else found


def find_triples(
    path: Path,
    *,
    config: ExportConfig | None = None,
    asking: QueryConfig | None = None,
    progress: Progress | None = None,
) -> "pyoxigraph.Store | Path":
    """Return the triples of a small graph in memory, and where the index of a large one lies; see `open_triples`.

    Where an index is known to be up to date, the graph itself is not opened.

    Raises:
        QueryError: there is no graph, or the file does not parse.
        StoreError: the store cannot be opened, or the index cannot be written.
    """
    chosen = asking or QueryConfig()
    source = Source(path, config or ExportConfig())
    folder = Path(chosen.folder) if chosen.folder else source.path.parent / FOLDER
    if made := known_index(source, folder, least=chosen.memory_triples):
        return made
    with source:
        if source.estimate() < chosen.memory_triples:
            return load_into(source, None, progress or _unwatched)
        return find_index(source, folder, progress=progress or _unwatched)


def run_query(
    path: Path | str,
    sparql: str,
    *,
    config: ExportConfig | None = None,
    asking: QueryConfig | None = None,
    progress: Progress | None = None,
    called: str = "query",
) -> Results:
    """Ask a graph in SPARQL 1.1; the prefixes of `kg.vocab` need not be written.

    Relative IRIs in the query are under the base of the data (``<paper/arxiv:1810.04805>``). Nothing outside is
    called.

    Args:
        path: an output folder, its ``graph.duckdb``, or an RDF export.
        sparql: SELECT, ASK, CONSTRUCT or DESCRIBE.
        config: base IRI and depth of the RDF.
        asking: see `open_triples`.
        progress: see `open_triples`.
        called: what the query is called where a message points into it.

    Raises:
        QueryError: there is no graph, or the query does not parse (the message says at which line and column).
        StoreError: the store cannot be opened.
    """
    check_query(sparql, called=called)
    triples = open_triples(Path(path), config=config, asking=asking, progress=progress)
    return ask(triples, sparql, config=config, called=called)


def check_query(sparql: str, *, called: str = "query") -> None:
    """Parse a query, before anything is loaded for it.

    Raises:
        QueryError: it does not parse; the message points at the place.
    """
    import pyoxigraph

    ask(pyoxigraph.Store(), sparql, called=called)


def ask(
    triples: "pyoxigraph.Store", sparql: str, *, config: ExportConfig | None = None, called: str = "query"
) -> Results:
    """Ask triples that were loaded; see `run_query`."""
    import pyoxigraph

    refuse(sparql, called)
    base = (config or ExportConfig()).base
    try:
        found = triples.query(sparql, prefixes=PREFIXES, base_iri=base)
        if isinstance(found, pyoxigraph.QueryBoolean):
            return Results(kind="boolean", variables=(), rows=(), truth=bool(found), base=base)
        if isinstance(found, pyoxigraph.QueryTriples):
            rows = sorted(((t.subject, t.predicate, t.object) for t in found), key=lambda row: [str(t) for t in row])
            return Results(
                kind="triples",
                variables=("subject", "predicate", "object"),
                rows=tuple(rows),
                truth=bool(rows),
                base=base,
            )
        variables = tuple(variable.value for variable in found.variables)
        rows = [tuple(solution) for solution in found]
    except SyntaxError as error:
        raise QueryError(to_message(sparql, str(error), called)) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryError(f"{called}: {error}; ask for less, or for something else") from error
    return Results(kind="solutions", variables=variables, rows=tuple(rows), truth=bool(rows), base=base)
