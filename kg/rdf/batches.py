"""The store's rows, some papers at a time: what keeps memory bounded for graphs of any size."""

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kg.records import Paper

if TYPE_CHECKING:
    from kg.store import Store

#: Papers whose rows are held together: some megabytes, and few enough queries that they cost little.
_TOGETHER = 512

_COLUMNS: dict[str, str] = {
    "sentences": 'start, "end", role',
    "mentions": 'start, "end", text, name, score, source',
    "claims": 'start, "end", text, type, predicate, arguments, "values", polarity, negated, hedged, attribution, '
    "score, source",
    "relations": 'subject, predicate, object, start, "end", score, source',
    "denotations": "name, role, entity",
}
_CLAIM = (
    "start", "end", "text", "type", "predicate", "arguments", "values", "polarity", "negated", "hedged",
    "attribution", "score", "source",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Some papers, in the order of their ids, and their rows by paper id."""

    papers: list[Paper]
    sentences: dict[str, list[Any]]
    mentions: dict[str, list[Any]]
    claims: dict[str, list[dict[str, Any]]]
    relations: dict[str, list[Any]]
    #: paper -> [(name there, role, entity id)]
    denotations: dict[str, list[Any]]
    #: paper -> name there -> entity id
    entities: dict[str, dict[str, str]]


#: What every claim has that several papers can make (`kg.rdf.statements`): a subject, and an object or a number.
_SHARED = (
    "AND list_contains([one.role for one in arguments], 'subject') "
    """AND (len("values") > 0 OR list_contains([one.role for one in arguments], 'object'))"""
)


def _rows(store: "Store", table: str, least: str, most: str, also: str = "ORDER BY ALL") -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    # Rows of a graph that was written whole lie in the order of the papers: DuckDB reads only the parts it needs.
    for row in store.rows(
        f"SELECT paper, {_COLUMNS[table]} FROM {table} WHERE paper BETWEEN ? AND ? {also}",  # noqa: S608 - fixed
        [least, most],
    ):
        found.setdefault(row[0], []).append(row[1:])
    return found


def _named(store: "Store", least: str, most: str) -> list[Paper]:
    rows = store.rows("SELECT id, title, doi, arxiv_id FROM papers WHERE id BETWEEN ? AND ? ORDER BY id", [least, most])
    return [Paper(id=id, title=title, abstract="", doi=doi, arxiv_id=arxiv) for id, title, doi, arxiv in rows]


def find_batches(
    store: "Store", *, wanted: Sequence[str] = tuple(_COLUMNS), texts: bool = True, own: bool = True
) -> Iterator[Batch]:
    """Yield all papers with the rows of the tables in ``wanted``, `_TOGETHER` papers at a time.

    Without ``texts`` the papers are what makes their identity and no more, and statements come in no order: a pass that
    only counts is quicker so. Without ``own`` (only then) most claims are left out that no other paper can make.
    """
    last: str | None = None
    while True:
        condition = "id > ?" if last is not None else ""
        ids = store.rows(
            f"SELECT id FROM papers {f'WHERE {condition}' if condition else ''} ORDER BY id LIMIT {_TOGETHER}",  # noqa: S608 - fixed
            [last] if last is not None else (),
        )
        if not ids:
            return
        least, last = ids[0][0], ids[-1][0]
        # Statements are counted in whatever order they come.
        also = {"relations": "", "claims": "" if own else _SHARED} if not texts else {}
        tables = {
            table: _rows(store, table, least, last, also.get(table, "ORDER BY ALL")) if table in wanted else {}
            for table in _COLUMNS
        }
        yield Batch(
            papers=list(store.fetch(Paper, "id BETWEEN ? AND ?", [least, last]))
            if texts
            else _named(store, least, last),
            sentences=tables["sentences"],
            mentions=tables["mentions"],
            claims={
                paper: [dict(zip(_CLAIM, row, strict=True)) for row in rows] for paper, rows in tables["claims"].items()
            },
            relations=tables["relations"],
            denotations=tables["denotations"],
            entities={
                paper: {name: entity for name, _, entity in rows} for paper, rows in tables["denotations"].items()
            },
        )
