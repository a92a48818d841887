"""The graph as tables: nodes.csv and edges.csv for Neo4j and spreadsheets, and the store's tables as rows or pandas."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import QueryError
from kg.property_graph import EDGE_PROPERTIES, NODE_PROPERTIES, to_edges, to_nodes
from kg.records import hints_of, to_plain

if TYPE_CHECKING:
    import pandas as pd

    from kg.config import ExportConfig
    from kg.store import Store

#: How neo4j-admin's importer spells a column's type
#: (https://neo4j.com/docs/operations-manual/current/import/#import-tool-header-format); without a type, text.
_NEO4J = {str: "", int: ":int", float: ":double"}


def write_csv(store: "Store", folder: Path, *, config: "ExportConfig") -> None:
    """Write ``nodes.csv`` and ``edges.csv`` into ``folder``, with the headers that Neo4j's importer reads.

    Sentences may run over lines, so that it must be told::

        neo4j-admin database import full --nodes=nodes.csv --relationships=edges.csv --multiline-fields=true neo4j

    Every value is in quotes and exact: nothing is put before one that starts with ``=`` or ``+``, since names such as
    "+LoRA" are data (in a spreadsheet, import the columns as text). What is absent is nothing at all between two
    commas: no property in Neo4j, missing in a data frame.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    named = [name for name in NODE_PROPERTIES if name != "type"]
    header = ["id:ID", ":LABEL", *(f"{name}{_NEO4J[NODE_PROPERTIES[name]]}" for name in named)]
    nodes = (
        (node.id, ";".join(str(node.properties[p]) for p in ("type", "kind") if p in node.properties),
         *(_cell(node.properties, name) for name in named))
        for node in to_nodes(store)
    )  # fmt: skip
    _write(folder / "nodes.csv", header, nodes)
    named = [name for name in EDGE_PROPERTIES if name != "type"]
    header = [":START_ID", ":END_ID", ":TYPE", *(f"{name}{_NEO4J[EDGE_PROPERTIES[name]]}" for name in named)]
    edges = (
        (edge.start, edge.end, edge.type, *(_cell(edge.properties, name) for name in named)) for edge in to_edges(store)
    )
    _write(folder / "edges.csv", header, edges)


def _cell(properties: Mapping[str, Any], name: str) -> str | None:
    value = properties.get(name)
    return None if value is None else str(value)


def _line(cells: Iterable[str | None]) -> str:
    """Return a line of RFC 4180; Python's own writer would put what is absent in quotes too, as a text of no length."""
    return ",".join("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in cells) + "\n"


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str | None]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_line(header))
        file.writelines(map(_line, rows))


def _record_of(store: "Store", table: str) -> type:
    from kg import records

    known = {row[0] for row in store.rows("SELECT table_name FROM duckdb_tables()")}
    by_table = {_table_of(cls): cls for cls in vars(records).values() if isinstance(cls, type)}
    if table not in known & set(by_table):
        raise QueryError(f"no table '{table}'; known: {', '.join(sorted(known & set(by_table)))}")
    return by_table[table]


def _table_of(cls: type) -> str:
    name = cls.__name__
    return "document_entities" if name == "DocumentEntity" else "entities" if name == "Entity" else f"{name.lower()}s"


def to_rows(store: "Store", table: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one of the store's tables in its order, as dictionaries of JSON's types.

    Raises:
        QueryError: there is no such table; lists them.
    """
    cls: type[Any] = _record_of(store, table)
    for record in store.fetch(cls):
        yield to_plain(record)


def to_pandas(store: "Store", table: str) -> "pd.DataFrame":
    """Return one of the store's tables as a pandas data frame; what is nested stays lists and dictionaries.

    Raises:
        QueryError: there is no such table, or pandas is not installed.
    """
    cls = _record_of(store, table)
    try:
        import pandas as pd
    except ImportError as missing:
        raise QueryError("to_pandas: pandas is not installed; pip install 'abstract-kg[pandas]'") from missing
    frame = pd.DataFrame(list(to_rows(store, table)), columns=list(hints_of(cls)))
    whole = [name for name, hint in hints_of(cls).items() if hint == int | None]
    return frame.astype(dict.fromkeys(whole, "Int64"))
