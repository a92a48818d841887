"""Opens a graph's triples, in memory or from an index on disk, and asks them."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.config import ExportConfig, QueryConfig
from kg.errors import QueryError
from kg.query.indexed import FOLDER, load_into, open_index
from kg.query.results import Results
from kg.query.sources import Progress, Source
from kg.vocab import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

#: pyoxigraph's own words: ``error at LINE:COLUMN: what``.
_PLACED = re.compile(
    r"(?:error|Parser error) at (?:line )?(\d+)(?::| column )(\d+)(?: and line .*?)?:\s*(.*)", re.DOTALL
)
#: What a parser lists as possible next and no person asks for: character classes and "any white space".
_NOISE = re.compile(r"\[[^\]]*\]|'[^']*'\s*\.\.=?\s*'[^']*'")
#: Characters of the query, and of what the parser expected, that a message shows.
_NEAR = 40
_TOLD = 200
#: Everything in a query that is no keyword: strings, IRIs and comments (SPARQL 1.1, section 19.8).
_HIDDEN = re.compile(
    r'"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""|\'\'\'(?:(?:\'|\'\')?(?:[^\'\\]|\\.))*\'\'\''
    r'|"(?:[^"\\\n\r]|\\.)*"|\'(?:[^\'\\\n\r]|\\.)*\'|<[^<>"{}|^`\\\x00-\x20]*>|#[^\n\r]*',
    re.DOTALL,
)
#: What may stand before a query's first word (SPARQL 1.1, rule Prologue), once IRIs and comments are blank.
_PROLOGUE = re.compile(r"\s*(?:(?:PREFIX\s+[^\s:]*:|BASE)\s*)*", re.IGNORECASE)
_VERBS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_SERVICE = re.compile(r"(?<![\w?$:.-])SERVICE(?![\w:-])", re.IGNORECASE)


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
    chosen = asking or QueryConfig()
    with Source(path, config or ExportConfig()) as source:
        if source.estimate() <= chosen.memory_triples:
            return load_into(source, None, progress or _unwatched)
        folder = Path(chosen.folder) if chosen.folder else source.path.parent / FOLDER
        return open_index(source, folder, progress=progress or _unwatched)


def run_query(
    path: Path | str,
    sparql: str,
    *,
    config: ExportConfig | None = None,
    asking: QueryConfig | None = None,
    progress: Progress | None = None,
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

    Raises:
        QueryError: there is no graph, or the query does not parse (the message says at which line and column).
        StoreError: the store cannot be opened.
    """
    check_query(sparql)
    triples = open_triples(Path(path), config=config, asking=asking, progress=progress)
    return ask(triples, sparql, config=config)


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

    _refuse(sparql)
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


def _place(sparql: str, at: int) -> str:
    """Return ``query:LINE:COLUMN:`` of a character, both from 1."""
    return f"query:{sparql.count(chr(10), 0, at) + 1}:{at - sparql.rfind(chr(10), 0, at)}:"


def _blanked(sparql: str) -> str:
    """Return a query with blanks for its strings, IRIs and comments, line ends kept."""
    return _HIDDEN.sub(lambda hit: re.sub(r"[^\n]", " ", hit.group()), sparql)


def _refuse(sparql: str) -> None:
    """Refuse what is no query, and SERVICE: asking a graph calls nothing outside."""
    shown = _blanked(sparql)
    prologue = _PROLOGUE.match(shown)
    start = prologue.end() if prologue else 0
    word = re.match(r"[^\s{(*?$]*", shown[start:])
    verb = word.group() if word else ""
    if verb.upper() not in _VERBS:
        near = f"'{verb}'" if verb else f"'{sparql[start:].strip()[:_NEAR]}'" if sparql[start:].strip() else "the end"
        raise QueryError(f"{_place(sparql, start)} at {near}: a query begins with {', '.join(_VERBS[:-1])} or DESCRIBE")
    if found := _SERVICE.search(shown):
        told = "SERVICE would call another endpoint; ask what is in this graph only"
        raise QueryError(f"{_place(sparql, found.start())} {told}")


def _fault_at(sparql: str, line: int, column: int, wanted: list[str]) -> int:
    """Return the character at which a parse failed.

    Where a keyword was tried in vain, the parser counts as far as the keyword would have reached, or to the end.
    """
    starts = [0, *(hit.end() for hit in re.finditer("\n", sparql))]
    at = min((starts[line - 1] if line <= len(starts) else len(sparql)) + column - 1, len(sparql))
    words = [word for part in wanted for word in re.findall(r"\b[A-Z]{2,}\b", part)]
    if words and not any('"' in part for part in wanted):
        last = max((hit.start() for hit in re.finditer(r"\S+", sparql)), default=0)
        before = at - max(len(word) for word in words)
        at = max(before, last) if at >= len(sparql.rstrip()) else max(before, 0)
    while at < len(sparql) and sparql[at].isspace():
        at += 1
    return at


def _placed(sparql: str, message: str) -> str:
    """Return the parser's message as place, what is wrong, and the text there, in one line."""
    found = _PLACED.search(message)
    if not found:
        return f"query: {message}; see https://www.w3.org/TR/sparql11-query/"
    wanted = found[3].removeprefix("expected ").removeprefix("one of ")
    if "Prefix not found" in wanted:
        return _unknown_prefix(sparql, int(found[1]), int(found[2]))
    kept = [part.strip() for part in _NOISE.sub("", wanted).split(",")]
    kept = list(dict.fromkeys(part for part in kept if part.strip(" |\n'")))
    at = _fault_at(sparql, int(found[1]), int(found[2]), kept)
    near = f"'{' '.join(sparql[at:].split())[:_NEAR]}'" if sparql[at:].strip() else "the end"
    told = ", ".join(kept)[:_TOLD]
    # Whole sentences are the parser's own explanation, single words what it could go on with.
    what = (told if " " in kept[0] else f"expected {told}") if kept else ""
    return f"{_place(sparql, at)} at {near}: {what or 'not SPARQL'}"


def _unknown_prefix(sparql: str, line: int, column: int) -> str:
    """The parser's place is behind the name that has the prefix: look for the name before it."""
    starts = [0, *(hit.end() for hit in re.finditer("\n", sparql))]
    end = starts[min(line, len(starts)) - 1] + column - 1
    names = list(re.finditer(r"(?<![\w?$:])([\w.-]*):(?=[\w%\\:.-]*)", _blanked(sparql)[:end]))
    at, prefix = (names[-1].start(), names[-1][1]) if names else (end, "")
    known = ", ".join(PREFIXES)
    return f"{_place(sparql, at)} unknown prefix '{prefix}:'; known: {known}; declare others with PREFIX"
