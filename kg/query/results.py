"""What a query gives, and how it is written: table, CSV, TSV, SPARQL JSON, Turtle."""

import csv
import dataclasses
import html
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TextIO

from kg.errors import QueryError
from kg.vocab import PREFIXES

if TYPE_CHECKING:
    pass

_XSD = PREFIXES["xsd"]
_INTEGERS = {_XSD + name for name in ("integer", "int", "long", "short", "nonNegativeInteger")}
_FLOATS = {_XSD + "double", _XSD + "float"}
#: What a terminal obeys instead of showing: controls, and characters that turn the direction of text.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
#: A local name that needs no escape in Turtle and reads well in a table.
_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
#: Rows that a notebook shows.
_SHOWN = 50


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A query's results. `kind` is ``solutions`` (SELECT), ``boolean`` (ASK) or ``triples`` (CONSTRUCT, DESCRIBE).

    Iterating gives one dictionary a row, from variable to Python value (numbers, booleans, strings; IRIs as strings;
    ``None`` where unbound). `rows` holds pyoxigraph's terms.
    """

    kind: str
    variables: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truth: bool
    base: str = ""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as dictionaries of Python values."""
        for row in self.rows:
            yield {name: _to_python(term) for name, term in zip(self.variables, row, strict=True)}

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def __bool__(self) -> bool:
        """Return what ASK answered; for other queries, whether there is any row."""
        return self.truth

    def __str__(self) -> str:
        """Return the table."""
        import io

        stream = io.StringIO()
        write_results(self, stream)
        return stream.getvalue()

    def _repr_html_(self) -> str:
        if self.kind == "boolean":
            return f"<p>{'yes' if self.truth else 'no'}</p>"
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self.variables)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_to_shown(term, self.base))}</td>" for term in row) + "</tr>"
            for row in self.rows[:_SHOWN]
        )
        more = f"<p>and {len(self.rows) - _SHOWN} more</p>" if len(self.rows) > _SHOWN else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _to_python(term: Any) -> Any:
    if term is None:
        return None
    datatype = getattr(getattr(term, "datatype", None), "value", "")
    value = term.value if hasattr(term, "value") else str(term)
    try:
        if datatype in _INTEGERS:
            return int(value)
        if datatype == _XSD + "decimal":
            return float(Decimal(value))
        if datatype in _FLOATS:
            return float(value)
    except (ValueError, InvalidOperation):
        return value
    return value == "true" if datatype == _XSD + "boolean" and value in ("true", "false") else value


def is_iri(term: Any) -> bool:
    """Say whether a term of the results is an IRI."""
    return type(term).__name__ == "NamedNode"


def _to_shown(term: Any, base: str) -> str:
    """Return a term as a table shows it: prefixed or relative to the base, without what a terminal obeys."""
    if term is None:
        return ""
    value = term.value if hasattr(term, "value") else str(term)
    if is_iri(term):
        if base and value.startswith(base):
            return value[len(base) :]
        for prefix, space in PREFIXES.items():
            if value.startswith(space) and _LOCAL.fullmatch(value[len(space) :]):
                return f"{prefix}:{value[len(space) :]}"
        return str(value)
    return _UNSEEN.sub(" ", str(value))


def _write_table(results: Results, stream: TextIO) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if results.kind == "boolean":
        stream.write("yes\n" if results.truth else "no\n")
        return
    terminal = stream.isatty()
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in results.variables:
        table.add_column(Text(name), overflow="fold", no_wrap=not terminal)
    widths = [len(name) for name in results.variables]
    for row in results.rows:
        shown = [Text(_to_shown(term, results.base)) for term in row]
        widths = [max(width, cell.cell_len) for width, cell in zip(widths, shown, strict=True)]
        table.add_row(*shown)
    # Into a file or a pipe every cell is written whole; a terminal folds them.
    console = Console(file=stream, width=None if terminal else sum(widths) + 4 * len(widths) + 4, highlight=False)
    if results.variables:
        console.print(table)
    count = len(results.rows)
    stream.write(f"{count:,} row{'s' if count != 1 else ''}\n")


def _write_csv(results: Results, stream: TextIO) -> None:
    """SPARQL 1.1 Query Results CSV: values alone, lines end in CR LF."""
    if results.kind == "boolean":
        stream.write("true\n" if results.truth else "false\n")
        return
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(results.variables)
    for row in results.rows:
        writer.writerow(["" if term is None else getattr(term, "value", str(term)) for term in row])


def _write_tsv(results: Results, stream: TextIO) -> None:
    """SPARQL 1.1 Query Results TSV: terms as Turtle writes them."""
    if results.kind == "boolean":
        stream.write("true\n" if results.truth else "false\n")
        return
    stream.write("\t".join(f"?{name}" for name in results.variables) + "\n")
    for row in results.rows:
        stream.write("\t".join("" if term is None else str(term).replace("\t", "\\t") for term in row) + "\n")


def _to_json(term: Any) -> dict[str, str]:
    if is_iri(term):
        return {"type": "uri", "value": term.value}
    if type(term).__name__ == "BlankNode":
        return {"type": "bnode", "value": term.value}
    found = {"type": "literal", "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.datatype.value != _XSD + "string":
        found["datatype"] = term.datatype.value
    return found


def _write_json(results: Results, stream: TextIO) -> None:
    """SPARQL 1.1 Query Results JSON; triples as solutions with subject, predicate and object."""
    if results.kind == "boolean":
        stream.write(json.dumps({"head": {}, "boolean": results.truth}) + "\n")
        return
    bindings = [
        {name: _to_json(term) for name, term in zip(results.variables, row, strict=True) if term is not None}
        for row in results.rows
    ]
    found = {"head": {"vars": list(results.variables)}, "results": {"bindings": bindings}}
    stream.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


def _write_turtle(results: Results, stream: TextIO) -> None:
    import pyoxigraph

    if results.kind != "triples":
        raise QueryError("format turtle: only CONSTRUCT and DESCRIBE give triples; take table, csv, tsv or json")
    triples: list[pyoxigraph.Triple] = [pyoxigraph.Triple(*row) for row in results.rows]
    written = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.TURTLE, prefixes=PREFIXES)
    stream.write((written or b"").decode("utf-8"))


#: Format -> its writer.
FORMATS: dict[str, Callable[[Results, TextIO], None]] = {
    "table": _write_table,
    "csv": _write_csv,
    "tsv": _write_tsv,
    "json": _write_json,
    "turtle": _write_turtle,
    "ttl": _write_turtle,
}


def write_results(results: Results, stream: TextIO, format: str = "table") -> None:
    """Write a query's results to a text stream.

    Args:
        results: what `kg.query.run_query` gave.
        stream: where to; on a terminal the table folds to its width.
        format: ``table``, ``csv``, ``tsv``, ``json`` (SPARQL results JSON) or ``turtle`` (CONSTRUCT and DESCRIBE).

    Raises:
        QueryError: there is no such format, or the results have none of that kind.
    """
    if format not in FORMATS:
        raise QueryError(f"no results format '{format}'; known: {', '.join(FORMATS)}")
    FORMATS[format](results, stream)
