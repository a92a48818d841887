"""Papers linked through the entities that they share, weighted by how rare those are."""

from typing import TYPE_CHECKING

from kg.config import LinkConfig
from kg.records import Link

if TYPE_CHECKING:
    from kg.store import Store

#: Pairs are looked for only through entities of at most so many papers, since an entity of n papers gives n² / 2 pairs;
#: commoner ones add to the weight of a pair that a rarer one found.
_PAIRING = 100
#: Sums are made in thousandths of a bit, as integers: adding them up in any order gives the same.
_UNITS = 1000
#: What an entity counts that one of the two papers only mentions as background.
_BACKGROUND = 0.5

_USES = f"""
CREATE OR REPLACE TEMP TABLE link_uses AS
WITH total AS (SELECT greatest(count(*), 1) AS n FROM papers),
held AS (
    SELECT paper, entity, max(CASE role WHEN 'mentions' THEN {_BACKGROUND} ELSE 1 END) AS part
    FROM denotations GROUP BY paper, entity),
counted AS (SELECT entity, count(*) AS df FROM held GROUP BY entity)
SELECT held.paper, held.entity, held.part, df, log2(n / df) AS bits
FROM held JOIN counted USING (entity), total
WHERE df >= 2 AND NOT (df > ? * n AND df > ?)
"""  # noqa: S608 - only constants of this module are set in

_PAIRS = f"""
CREATE OR REPLACE TEMP TABLE link_pairs AS
SELECT a.paper AS a, b.paper AS b FROM link_uses a JOIN link_uses b ON a.entity = b.entity AND a.paper < b.paper
WHERE a.df <= {_PAIRING} GROUP BY a.paper, b.paper
"""  # noqa: S608 - as above

_WEIGHED = f"""
CREATE OR REPLACE TEMP TABLE link_weighed AS
SELECT p.a, p.b, sum(CAST(round(x.bits * least(x.part, y.part) * {_UNITS}) AS BIGINT)) AS weight,
    list(x.entity ORDER BY x.df, x.entity) AS entities
FROM link_pairs p JOIN link_uses x ON x.paper = p.a JOIN link_uses y ON y.paper = p.b AND y.entity = x.entity
GROUP BY p.a, p.b HAVING weight >= ? * {_UNITS}
"""  # noqa: S608 - as above

_STRONGEST = f"""
WITH ends AS (
    SELECT a AS paper, b AS other, a, b, weight FROM link_weighed
    UNION ALL SELECT b, a, a, b, weight FROM link_weighed),
kept AS (
    SELECT a, b FROM ends
    QUALIFY row_number() OVER (PARTITION BY paper ORDER BY weight DESC, other) <= ?)
SELECT w.a, w.b, w.weight / {float(_UNITS)}, w.entities FROM link_weighed w
WHERE (w.a, w.b) IN (SELECT a, b FROM kept) ORDER BY w.a, w.b
"""  # noqa: S608 - as above


def link_papers(store: "Store", config: LinkConfig) -> None:
    """Write the table of links anew.

    The weight is the sum, over shared entities, of log2(papers / papers with the entity): the bits that it tells of two
    papers that they share it (inverse document frequency, Spärck Jones 1972). Hubs link nothing; each paper keeps its
    strongest links.
    """
    store.run(_USES, [config.hub_share, config.hub_least])
    store.run(_PAIRS)
    store.run(_WEIGHED, [config.min_weight])
    rows = store.own_rows(_STRONGEST, [config.neighbours])
    with store.transaction():
        store.clear(["links"])
        store.add(Link, (Link(a=a, b=b, weight=weight, entities=tuple(shared)) for a, b, weight, shared in rows))
    for table in ("link_uses", "link_pairs", "link_weighed"):
        store.run(f"DELETE FROM {table}")  # noqa: S608 - a fixed name; the space of the temporary table is freed
