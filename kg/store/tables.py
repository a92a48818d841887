"""The tables of the graph's file: their columns are the fields of the records, in their order."""

from typing import Any

from kg import records
from kg.records import hints_of

#: Changes whenever a table changes; a file of another number is refused with the remedy.
SCHEMA = 2

#: Table name -> the record that is one row of it.
TABLES: dict[str, type] = {
    "papers": records.Paper,
    "sentences": records.Sentence,
    "document_entities": records.DocumentEntity,
    "mentions": records.Mention,
    "claims": records.Claim,
    "relations": records.Relation,
    "entities": records.Entity,
    "denotations": records.Denotation,
    "merges": records.Merge,
    "rejections": records.Rejection,
    "decisions": records.Decision,
    "groundings": records.Grounding,
    "links": records.Link,
    "runs": records.Run,
}
#: The tables that hold what extraction found, each with a column `paper`.
EXTRACTED = ("sentences", "document_entities", "mentions", "claims", "relations")
#: The tables that resolution and linking rebuild from the extracted ones.
DERIVED = ("entities", "denotations", "merges", "rejections", "decisions", "groundings", "links", "runs")
#: Sort key of each table: what makes reading it the same every time.
ORDER: dict[str, str] = {
    "papers": "id",
    "sentences": "paper, start",
    "document_entities": "paper, name, kind",
    "mentions": 'paper, start, "end", kind',
    "claims": 'paper, start, "end", predicate',
    "relations": "paper, subject, predicate, object, start",
    "entities": "id",
    "denotations": "paper, name, kind",
    "merges": "entity, a, b, a_kind, b_kind",
    "rejections": "a, b, a_kind, b_kind",
    "decisions": "kind, name, verdict, other_kind, other, comment, author, date",
    "groundings": "entity, scheme, identifier",
    "links": "a, b",
    "runs": "version",
}
#: The store's own tables: what was read, which records are one paper, and what was extracted under which key.
OWN: dict[str, dict[str, str]] = {
    "inputs": {
        "id": "VARCHAR",
        "source": "VARCHAR",
        "arxiv_id": "VARCHAR",
        "doi": "VARCHAR",
        "title_key": "VARCHAR",
        "length": "INTEGER",
        "body": "VARCHAR",
        "hash": "VARCHAR",
    },
    "grouped": {"id": "VARCHAR", "source": "VARCHAR", "hash": "VARCHAR", "key": "VARCHAR"},
    "extractions": {"paper": "VARCHAR", "key": "VARCHAR"},
}
#: What a build may spare itself when it is done again: a graph may lack all of it, and a row is checked before it is
#: believed. `compared` holds what `kg.resolve` found in a block of names, with a digest of both.
KEPT: dict[str, dict[str, str]] = {"compared": {"block": "VARCHAR", "pairs": "VARCHAR", "sound": "VARCHAR"}}


def _sql_type(hint: Any) -> str:
    """Return DuckDB's type for a record field's type."""
    text = str(hint)
    if hint is bool:
        return "BOOLEAN"
    if hint is int or hint == int | None:
        return "INTEGER"
    if hint is float or hint == float | None:
        return "DOUBLE"
    if text.startswith("tuple["):
        return _sql_type(hint.__args__[0]) + "[]"
    if hasattr(hint, "__dataclass_fields__"):
        inner = ", ".join(f'"{name}" {_sql_type(kind)}' for name, kind in hints_of(hint).items())
        return f"STRUCT({inner})"
    return "VARCHAR"


def columns_of(table: str) -> dict[str, str]:
    """Return the columns of a table with their DuckDB types."""
    if table in OWN or table in KEPT:
        return dict(OWN.get(table) or KEPT[table])
    return {name: _sql_type(hint) for name, hint in hints_of(TABLES[table]).items()}
