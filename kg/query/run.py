"""Loads a graph into pyoxigraph, in memory, and asks it."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.config import ExportConfig
from kg.errors import QueryError
from kg.query.results import Results
from kg.vocab import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

#: The graph's file in an output folder; the record itself, so it is asked before any view of it.
_STORE = "graph.duckdb"
#: Exports that can be asked, the quickest to load first -> whether it holds named graphs.
_FILES = {".nt": False, ".ttl": False, ".jsonld": False, ".nq": True, ".trig": True}
#: pyoxigraph's own words: ``error at LINE:COLUMN: what``.
_PLACED = re.compile(
    r"(?:error|Parser error) at (?:line )?(\d+)(?::| column )(\d+)(?: and line .*?)?:\s*(.*)", re.DOTALL
)
#: What a parser lists as possible next and no person asks for: character classes and "any white space".
_NOISE = re.compile(r"\[[^\]]*\]|'[^']*'\s*\.\.=?\s*'[^']*'")
#: Everything in a query that is no keyword: strings, IRIs and comments (SPARQL 1.1, section 19.8).
_HIDDEN = re.compile(
    r'"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""|\'\'\'(?:(?:\'|\'\')?(?:[^\'\\]|\\.))*\'\'\''
    r'|"(?:[^"\\\n\r]|\\.)*"|\'(?:[^\'\\\n\r]|\\.)*\'|<[^<>"{}|^`\\\x00-\x20]*>|#[^\n\r]*',
    re.DOTALL,
)
_SERVICE = re.compile(r"(?<![\w?$:.-])SERVICE(?![\w:-])", re.IGNORECASE)


class _Stream(io.RawIOBase):
    """Pieces of text as a binary file, so that a graph is loaded without ever being whole as text."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        while not self._rest:
            piece = next(self._chunks, None)
            if piece is None:
                return 0
            self._rest = piece.encode("utf-8")
        taken = self._rest[: len(view)]
        view[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def _find_source(path: Path) -> Path:
    """Return the file to ask for ``path``, a folder or a file."""
    if path.is_file():
        if path.suffix != ".duckdb" and path.suffix not in _FILES:
            raise QueryError(f"{path}: not a graph to ask; give a folder, or a file .duckdb, {', '.join(_FILES)}")
        return path
    if not path.exists():
        raise QueryError(f"{path}: no such graph; make one with 'kg build PAPERS -o {path}'")
    for name in (_STORE, *(f"graph{suffix}" for suffix in _FILES)):
        if (path / name).is_file():
            return path / name
    raise QueryError(f"{path}: holds no graph ({_STORE} or graph{', graph'.join(_FILES)}); make one with 'kg build'")


def load_triples(path: Path, *, config: ExportConfig | None = None) -> "pyoxigraph.Store":
    """Return the triples of a graph in memory: about 0.3 GB a million.

    Patterns without GRAPH see all of them, each once, whichever file they come from.

    Args:
        path: an output folder, its ``graph.duckdb``, or an RDF export.
        config: base IRI and depth, where triples are made from ``graph.duckdb``.

    Raises:
        QueryError: there is no graph, or the file does not parse.
        StoreError: the store cannot be opened.
    """
    import pyoxigraph

    source = _find_source(path)
    triples = pyoxigraph.Store()
    if source.suffix == ".duckdb":
        from kg.rdf.writers import to_chunks
        from kg.store import Store

        with Store(source, read_only=True) as store:
            chunks = to_chunks(store, format="nt", config=config or ExportConfig())
            stream = io.BufferedReader(_Stream(chunks), buffer_size=1 << 20)
            triples.bulk_load(input=stream, format=pyoxigraph.RdfFormat.N_TRIPLES)
        return triples
    try:
        triples.bulk_load(path=source)
    except (SyntaxError, OSError) as error:
        raise QueryError(f"{source}: {error}; write it anew with 'kg export'") from error
    if _FILES[source.suffix]:
        # A union made while asking would show a triple once for each graph it is in.
        triples.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return triples


def run_query(path: Path | str, sparql: str, *, config: ExportConfig | None = None) -> Results:
    """Ask a graph in SPARQL 1.1; the prefixes of `kg.vocab` need not be written.

    Relative IRIs in the query are under the base of the data (``<paper/arxiv:1810.04805>``). Nothing outside is
    called.

    Args:
        path: an output folder, its ``graph.duckdb``, or an RDF export.
        sparql: SELECT, ASK, CONSTRUCT or DESCRIBE.
        config: base IRI and depth of the RDF.

    Raises:
        QueryError: there is no graph, or the query does not parse (the message says at which line and column).
        StoreError: the store cannot be opened.
    """
    _refuse_service(sparql)
    check_query(sparql)
    return ask(load_triples(Path(path), config=config), sparql, config=config)


def check_query(sparql: str) -> None:
    """Parse a query, before anything is loaded for it.

    Raises:
        QueryError: it does not parse.
    """
    import pyoxigraph

    ask(pyoxigraph.Store(), sparql)


def ask(triples: "pyoxigraph.Store", sparql: str, *, config: ExportConfig | None = None) -> Results:
    """Ask triples that were loaded; see `run_query`."""
    import pyoxigraph

    _refuse_service(sparql)
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
        rows = [tuple(solution[name] for name in variables) for solution in found]
    except SyntaxError as error:
        raise QueryError(_placed(sparql, str(error))) from error
    except (ValueError, OSError, RuntimeError) as error:
        raise QueryError(f"query: {error}; ask for less, or for something else") from error
    return Results(kind="solutions", variables=variables, rows=tuple(rows), truth=bool(rows), base=base)


def _refuse_service(sparql: str) -> None:
    """Refuse SERVICE: asking a graph calls nothing outside."""
    shown = _HIDDEN.sub(lambda hit: re.sub(r"[^\n]", " ", hit.group()), sparql)
    if found := _SERVICE.search(shown):
        before = sparql[: found.start()]
        line, column = before.count("\n") + 1, found.start() - before.rfind("\n")
        raise QueryError(f"query:{line}:{column}: SERVICE would call another endpoint; ask what is in this graph only")


def _placed(sparql: str, message: str) -> str:
    """Return the parser's message as place, what is wrong, and the text there."""
    found = _PLACED.search(message)
    if not found:
        return f"query: {message}; see https://www.w3.org/TR/sparql11-query/"
    line, column = int(found[1]), int(found[2])
    lines = sparql.splitlines() or [""]
    text = lines[line - 1] if line <= len(lines) else ""
    near = text[max(0, column - 1) :].strip()[:40] or "the end of the line"
    wanted = found[3]
    if "Prefix not found" in wanted:
        # The place is behind the name that has the prefix.
        name = re.findall(r"([\w.-]*):", text[: max(0, column - 1)])
        told = f"unknown prefix '{name[-1] if name else ''}:'; known: {', '.join(PREFIXES)}; or declare it with PREFIX"
        return f"query:{line}:{column}: {told}"
    kept = [part.strip() for part in _NOISE.sub("", wanted.removeprefix("expected one of ")).split(",")]
    kept = [part for part in kept if part.strip(" |\n'") and part not in ("expected", "expected one of")]
    told = ", ".join(dict.fromkeys(part.removeprefix("expected ") for part in kept))[:200]
    return f"query:{line}:{column}: at '{near}'{f': expected {told}' if told else ': not SPARQL'}"
