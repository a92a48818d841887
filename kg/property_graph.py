"""The store as a property graph: typed nodes and typed edges, each with scalar properties and its evidence.

GraphML, GEXF, CSV and networkx are all made from these two streams, so that they hold the same thing. An edge says
where it comes from: the paper, the sentence, its offsets, the component, the score. What is absent is left out.

Papers are nodes `paper:<id>`; entities keep their id, which never has a colon before its first slash, so the two
cannot meet.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kg.text import digest

if TYPE_CHECKING:
    from kg.store import Store

Scalar = str | int | float

#: Property -> its type, for nodes: the columns of every tabular form, in their order.
NODE_PROPERTIES: dict[str, type] = {
    "label": str,
    "type": str,
    "kind": str,
    "title": str,
    "year": int,
    "date": str,
    "authors": str,
    "venue": str,
    "url": str,
    "doi": str,
    "arxiv_id": str,
    "aliases": str,
    "papers": int,
    "mentions": int,
}
#: Property -> its type, for edges. `weight` is a probability, but for `sharesWith` (bits; `kg.records.Link`).
EDGE_PROPERTIES: dict[str, type] = {
    "type": str,
    "weight": float,
    "paper": str,
    "name": str,
    "start": int,
    "end": int,
    "sentence": str,
    "shared": str,
    "source": str,
}
#: The types of edge that are neither a role nor a relation's predicate: the tie of two papers, and the wider entity.
SHARES_WITH, BROADER = "sharesWith", "broader"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A paper, an entity or a claim."""

    id: str
    properties: Mapping[str, Scalar]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One statement between two nodes; `id` is a function of what it states and where."""

    id: str
    start: str
    end: str
    type: str
    properties: Mapping[str, Scalar]


def paper_node(paper: str) -> str:
    """Return the node id of the paper with id ``paper``.

    >>> paper_node("2310.01234")
    'paper:2310.01234'
    """
    return f"paper:{paper}"


def _present(properties: Mapping[str, Scalar | None]) -> dict[str, Scalar]:
    return {name: value for name, value in properties.items() if value is not None and value != ""}


def to_nodes(store: "Store") -> Iterator[Node]:
    """Yield the papers, then the entities, each in the order of their ids."""
    papers = "SELECT id, title, year, date, authors, venue, url, doi, arxiv_id FROM papers ORDER BY id"
    for paper, title, year, date, authors, venue, url, doi, arxiv in store.stream(papers):
        given: dict[str, Scalar | None] = {
            "label": title or paper,
            "type": "Paper",
            "title": title,
            "year": year,
            "date": date,
            "authors": "; ".join(authors or ()),
            "venue": venue,
            "url": url,
            "doi": doi,
            "arxiv_id": arxiv,
        }
        yield Node(id=paper_node(paper), properties=_present(given))
    entities = "SELECT id, name, kind, aliases, papers, mentions FROM entities ORDER BY id"
    for entity, name, kind, aliases, having, mentions in store.stream(entities):
        given = {
            "label": name,
            "type": "Entity",
            "kind": kind,
            "aliases": "; ".join(aliases or ()),
            "papers": having,
            "mentions": mentions,
        }
        yield Node(id=entity, properties=_present(given))


def _edge(start: str, end: str, kind: str, properties: Mapping[str, Scalar | None], *unique: object) -> Edge:
    key = digest(start, kind, end, *(str(part) for part in unique))
    return Edge(id=f"{kind}-{key}", start=start, end=end, type=kind, properties=_present({"type": kind, **properties}))


#: A paper's entities with the sentence of the first mention. The texts come last: carried through the joins before,
#: those of 74,000 abstracts are more than DuckDB's share of the memory.
_USES = """
    WITH told AS MATERIALIZED (
        SELECT d.paper, d.entity, d.role, d.name, d.kind, d.score, n.source, s.start, s."end"
        FROM denotations d
        LEFT JOIN document_entities n ON n.paper = d.paper AND n.name = d.name AND n.kind = d.kind
        LEFT JOIN (SELECT paper, name, min(start) AS first FROM mentions GROUP BY paper, name) m
          ON m.paper = d.paper AND m.name = d.name
        ASOF LEFT JOIN sentences s ON s.paper = d.paper AND m.first >= s.start
    )
    SELECT t.paper, t.entity, t.role, t.name, t.score, t.source, t.start, t."end",
           substr(p.title || '\n\n' || p.abstract, t.start + 1, t."end" - t.start)
    FROM told t
    JOIN papers p ON p.id = t.paper
    ORDER BY t.paper, t.name, t.kind
"""
_RELATIONS = """
    SELECT r.paper, a.entity, r.predicate, b.entity, r.start, r."end", r.score, r.source,
           substr(p.title || '\n\n' || p.abstract, r.start + 1, r."end" - r.start)
    FROM relations r
    JOIN papers p ON p.id = r.paper
    JOIN denotations a ON a.paper = r.paper AND a.name = r.subject
    JOIN denotations b ON b.paper = r.paper AND b.name = r.object
    ORDER BY r.paper, r.subject, r.predicate, r.object, r.start, a.entity, b.entity
"""


def to_edges(store: "Store") -> Iterator[Edge]:
    """Yield what papers do with entities, relations, wider entities, and ties of papers, each group in its order."""
    for paper, entity, role, name, score, source, start, end, text in store.stream(_USES):
        quoted: dict[str, Scalar | None] = {"weight": score, "paper": paper, "name": name, "source": source}
        if start is not None:
            quoted |= {"start": start, "end": end, "sentence": text}
        yield _edge(paper_node(paper), entity, role, quoted, name)
    for paper, subject, predicate, obj, start, end, score, source, text in store.stream(_RELATIONS):
        quoted = {"weight": score, "paper": paper, "start": start, "end": end, "sentence": text}
        yield _edge(subject, obj, predicate, quoted | {"source": source}, paper, start, end)
    for entity, broader in store.stream("SELECT id, broader FROM entities WHERE len(broader) > 0 ORDER BY id"):
        for wider in broader:
            yield _edge(entity, wider, BROADER, {"weight": 1.0})
    names: dict[str, str] = dict(store.rows("SELECT id, name FROM entities ORDER BY id"))
    for a, b, weight, shared in store.stream("SELECT a, b, weight, entities FROM links ORDER BY a, b"):
        between = "; ".join(names.get(one, one) for one in shared)
        yield _edge(paper_node(a), paper_node(b), SHARES_WITH, {"weight": weight, "shared": between})


#: Role of an entity in a claim -> the type of the edge to it, as the ontology calls it, where the two differ.
_CLAIM_ROLES = {
    "subject": "subject",
    "object": "object",
    "dataset": "onDataset",
    "metric": "byMetric",
    "task": "onTask",
}
#: The type of the edge from a paper to a claim that it makes.
STATES = "states"


def to_claims(store: "Store") -> Iterator[tuple[Node, list[Edge]]]:
    """Yield each claim as a node with its edges: from the paper that states it, to the entities that it is about.

    They come beside `to_nodes` and `to_edges`, for who wants them: a claim has more than two ends, so that it is a
    node, and pictures of papers and entities would drown in them.
    """
    entities: dict[tuple[str, str], str] = {}
    for paper, name, _, entity in store.stream("SELECT paper, name, role, entity FROM denotations ORDER BY ALL"):
        entities[paper, name] = entity
    for paper, start, end, text, kind, predicate, arguments, values, *told, score, source in store.stream(
        'SELECT paper, start, "end", text, type, predicate, arguments, "values", polarity, negated, hedged, '
        "attribution, score, source FROM claims ORDER BY ALL"
    ):
        named = sorted({(one["role"], entities.get((paper, one["entity"]), "")) for one in arguments})
        said = (part for role in named for part in role)
        key = digest(paper, f"{start}-{end}", kind, predicate, *said, *(value["text"] for value in values))
        polarity, negated, hedged, attribution = told
        given: dict[str, Scalar | None] = {
            "label": text,
            "type": "Claim",
            "claim": kind,
            "predicate": "" if predicate == "none" else predicate,
            "values": "; ".join(value["text"] for value in values),
            "polarity": polarity,
            "negated": negated,
            "hedged": hedged,
            "attribution": attribution,
        }
        node = Node(id=f"claim:{key}", properties=_present(given))
        quoted: dict[str, Scalar | None] = {"weight": score, "paper": paper, "start": start, "end": end}
        quoted |= {"sentence": text, "source": source}
        edges = [_edge(paper_node(paper), node.id, STATES, quoted)]
        edges += [_edge(node.id, entity, _CLAIM_ROLES.get(role, role), quoted) for role, entity in named if entity]
        yield node, edges
