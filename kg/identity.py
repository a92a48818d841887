"""Which of the records that were read are one paper.

Records are one paper when they share an arXiv id or a DOI, or, where identifiers do not speak against it, the
normalised title. The answer is a function of the set of records, not of the order in which they came.
"""

import dataclasses
import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kg.errors import ReadError
from kg.records import Paper, from_plain, to_plain
from kg.text import digest, title_key

if TYPE_CHECKING:
    from kg.store import Store

#: Titles shorter than this (letters and digits) are too common ("Editorial", "Introduction") to join a preprint and a
#: publication that carry different identifiers.
_TELLING_TITLE = 20

#: A key for each input record: arXiv id, else the arXiv id that another record gives for its DOI, else its DOI.
_KEYED = """
CREATE OR REPLACE TEMP TABLE keyed AS
WITH bridge AS (SELECT doi, min(arxiv_id) AS arxiv_id FROM inputs WHERE doi <> '' AND arxiv_id <> '' GROUP BY doi)
SELECT i.id, i.source, i.hash, i.title_key, CASE
    WHEN i.arxiv_id <> '' THEN 'arxiv:' || i.arxiv_id
    WHEN b.arxiv_id IS NOT NULL THEN 'arxiv:' || b.arxiv_id
    WHEN i.doi <> '' THEN 'doi:' || i.doi ELSE '' END AS key
FROM inputs i LEFT JOIN bridge b ON i.doi = b.doi AND i.doi <> ''
"""

#: One title, at most one arXiv id and at most one DOI: one paper.
_TITLED = """
CREATE OR REPLACE TEMP TABLE titled AS
SELECT title_key, coalesce(min(key) FILTER (key LIKE 'arxiv:%'), min(key) FILTER (key <> ''), 'title:' || title_key)
    AS key
FROM keyed WHERE title_key <> '' GROUP BY title_key
HAVING count(DISTINCT key) FILTER (key LIKE 'arxiv:%') <= 1 AND count(DISTINCT key) FILTER (key LIKE 'doi:%') <= 1
"""

_GROUPED = f"""
INSERT INTO grouped
WITH moved AS (
    SELECT k.key, min(t.key) AS target FROM keyed k JOIN titled t USING (title_key)
    WHERE k.key LIKE 'doi:%' AND t.key LIKE 'arxiv:%' AND length(k.title_key) >= {_TELLING_TITLE} GROUP BY k.key)
SELECT k.id, k.source, k.hash, CASE
    WHEN k.key = '' THEN coalesce(t.key, 'title:' || k.title_key || CASE WHEN k.title_key = '' THEN k.id ELSE '' END)
    ELSE coalesce(m.target, k.key) END AS key
FROM keyed k LEFT JOIN titled t USING (title_key) LEFT JOIN moved m ON m.key = k.key
"""  # noqa: S608 - the only thing set in is a constant of this module


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What reading came to: input records, distinct papers among them, and records left out for their ids."""

    records: int
    papers: int
    conflicts: tuple[str, ...] = ()


def _input_row(paper: Paper) -> dict[str, Any]:
    body = json.dumps(to_plain(dataclasses.replace(paper, sources=(), ids=())), ensure_ascii=False)
    return {
        "id": paper.id,
        "source": paper.sources[0] if paper.sources else "",
        "arxiv_id": paper.arxiv_id,
        "doi": paper.doi,
        "title_key": title_key(paper.title),
        "length": len(paper.abstract),
        "body": body,
        "hash": digest(body),
    }


def add_papers(store: "Store", papers: Iterable[Paper], *, on_error: str = "raise") -> Settled:
    """Keep papers as they were read, then write the table of papers anew, one row a paper.

    A record of the same id from a file of the same name is replaced. Of a paper's records the first by id stands;
    what it lacks is taken from the next. Its `ids` and `sources` list all of them. Nothing of ``papers`` is kept when
    this raises.

    Raises:
        ReadError: two different papers have the same id, and ``on_error`` is ``raise``.
    """
    store.run("CREATE OR REPLACE TEMP TABLE staged AS SELECT * FROM inputs LIMIT 0")
    store.add_rows("inputs", (_input_row(paper) for paper in papers), into="staged")
    with store.transaction():
        store.run("DELETE FROM inputs WHERE (id, source) IN (SELECT id, source FROM staged)")
        store.run(
            "INSERT INTO inputs SELECT * FROM staged QUALIFY row_number() OVER "
            "(PARTITION BY id, source, title_key, arxiv_id, doi ORDER BY length DESC, hash) = 1"
        )
        conflicts = _group(store, on_error)
    return _settle(store, conflicts)


def remove_papers(store: "Store", ids: Iterable[str]) -> list[str]:
    """Take papers out, by any of their ids; return the ids that name no paper (then nothing is taken out)."""
    found, unknown = [], []
    for given in ids:
        rows = store.rows("SELECT ids FROM papers WHERE id = ? OR list_contains(ids, ?)", [given, given])
        found += [one for [all_ids] in rows for one in all_ids]
        unknown += [] if rows else [given]
    if unknown:
        return unknown
    with store.transaction():
        store.run("DELETE FROM inputs WHERE id IN (SELECT unnest(?::VARCHAR[]))", [found])
        _group(store, "skip")
    _settle(store, ())
    return []


def _group(store: "Store", on_error: str) -> tuple[str, ...]:
    """Say which input records are one paper; return what was left out because two papers have one id."""
    store.clear(["grouped"])
    for statement in (_KEYED, _TITLED, _GROUPED):
        store.run(statement)
    clashes = store.own_rows(
        "SELECT id, list(DISTINCT source ORDER BY source) FROM grouped GROUP BY id HAVING count(DISTINCT key) > 1 "
        "ORDER BY id"
    )
    told = tuple(f"{', '.join(sources)}: two different papers have the id '{paper}'" for paper, sources in clashes)
    if told and on_error == "raise":
        raise ReadError(
            f"{told[0]}{f' (and {len(told) - 1} more ids)' if len(told) > 1 else ''}; "
            "give each paper an id of its own, or keep the first of them with '--on-error skip'"
        )
    if told:
        store.run("DELETE FROM grouped WHERE (id, key) NOT IN (SELECT id, min(key) FROM grouped GROUP BY id)")
    return told


def _settle(store: "Store", conflicts: tuple[str, ...]) -> Settled:
    with store.transaction():
        store.clear(["papers"])
        store.add(Paper, _settled(store))
    [[records, papers]] = store.rows("SELECT (SELECT count(*) FROM inputs), (SELECT count(*) FROM papers)")
    return Settled(records=records, papers=papers, conflicts=conflicts)


def _settled(store: "Store") -> Iterator[Paper]:
    rows = store.stream(
        "SELECT g.key, i.source, i.body FROM inputs i JOIN grouped g USING (id, source, hash) "
        "ORDER BY g.key, i.id, i.length DESC, i.hash, i.source"
    )
    for _, group in groupby(rows, key=lambda row: row[0]):
        found, sources = [], set()
        for _, source, body in group:
            found.append(from_plain(Paper, json.loads(body)))
            sources.add(source)
        yield _united(found, sorted(sources - {""}))


def _united(found: list[Paper], sources: list[str]) -> Paper:
    """Return one paper for all its records, the first of which stands."""
    first = found[0]
    filled: dict[str, Any] = {}
    for name in ("year", "date", "url", "doi", "arxiv_id", "authors", "venue", "keywords"):
        filled[name] = next((value for paper in found if (value := getattr(paper, name))), getattr(first, name))
    ids = tuple(sorted({paper.id for paper in found}))
    return dataclasses.replace(first, **filled, ids=ids, sources=tuple(sources))
