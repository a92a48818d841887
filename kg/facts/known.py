"""Everything known of one entity or one paper, each fact with its quoted sentence and score."""

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.facts.names import find_named
from kg.records import Claim, Entity, Grounding, Link, Merge, Paper, Relation

if TYPE_CHECKING:
    from kg.store import Store


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What one paper does with one entity, and the sentence of its first mention there."""

    paper: str
    title: str
    year: int | None
    entity: str
    name: str
    kind: str
    role: str
    score: float
    quote: str
    start: int
    end: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A relation that a paper states between two entities, with the sentence."""

    relation: Relation
    subject: str
    object: str
    quote: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class EntityFacts:
    """All that the graph knows of an entity."""

    entity: Entity
    uses: tuple[Use, ...]
    relations: tuple[Stated, ...]
    claims: tuple[Claim, ...]
    merges: tuple[Merge, ...]
    groundings: tuple[Grounding, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PaperFacts:
    """All that the graph knows of a paper; `links` with the other paper's title and the names shared."""

    paper: Paper
    uses: tuple[Use, ...]
    relations: tuple[Stated, ...]
    claims: tuple[Claim, ...]
    links: tuple[tuple[Link, str, tuple[str, ...]], ...]


_USES = """
WITH first AS (
    SELECT m.paper, m.name, min_by(struct_pack(s := m.start, e := m."end"), m.start) AS at
    FROM mentions m WHERE {mention} GROUP BY m.paper, m.name)
SELECT d.paper, p.title, p.year, d.entity, e.name, d.kind, d.role, d.score, p.title, p.abstract, s.start, s."end"
FROM denotations d JOIN papers p ON p.id = d.paper JOIN entities e ON e.id = d.entity
LEFT JOIN first f ON f.paper = d.paper AND f.name = d.name
LEFT JOIN sentences s ON s.paper = d.paper AND s.start <= f.at.s AND f.at.s < s."end"
WHERE {denotation}
ORDER BY CASE d.role WHEN 'introduces' THEN 0 WHEN 'uses' THEN 1 ELSE 2 END, d.score DESC, d.paper, e.name
"""


def _uses(store: "Store", mention: str, denotation: str, parameters: list[str]) -> Iterator[Use]:
    for row in store.rows(_USES.format(mention=mention, denotation=denotation), parameters):
        paper, title, year, entity, name, kind, role, score, _, abstract, start, end = row
        text = f"{title}\n\n{abstract}"
        quote = text[start:end] if start is not None else ""
        yield Use(
            paper=paper, title=title, year=year, entity=entity, name=name, kind=kind, role=role, score=score,
            quote=quote, start=start or 0, end=end or 0,
        )  # fmt: skip


def _stated(store: "Store", condition: str, parameters: list[str]) -> Iterator[Stated]:
    columns = ", ".join(f'r."{f.name}"' for f in dataclasses.fields(Relation))
    rows = store.rows(
        f"SELECT {columns}, a.entity, b.entity, ea.name, eb.name, p.title, p.abstract FROM relations r "  # noqa: S608 - fixed names
        "JOIN denotations a ON a.paper = r.paper AND a.name = r.subject "
        "JOIN denotations b ON b.paper = r.paper AND b.name = r.object "
        "JOIN entities ea ON ea.id = a.entity JOIN entities eb ON eb.id = b.entity "
        f"JOIN papers p ON p.id = r.paper WHERE {condition} ORDER BY r.predicate, r.score DESC, r.paper, r.start",
        parameters,
    )
    names = [f.name for f in dataclasses.fields(Relation)]
    for *values, _, _, subject, other, title, abstract in rows:
        relation = Relation(**dict(zip(names, values, strict=True)))
        text = f"{title}\n\n{abstract}"
        yield Stated(relation=relation, subject=subject, object=other, quote=text[relation.start : relation.end])


def find_facts(store: "Store", name: str) -> EntityFacts | PaperFacts:
    """Return everything known of the entity or paper that ``name`` means (see `find_named`).

    Raises:
        QueryError: nothing, or more than one thing, is called that.
    """
    found = find_named(store, name)
    return _paper_facts(store, found) if isinstance(found, Paper) else _entity_facts(store, found)


def _entity_facts(store: "Store", entity: Entity) -> EntityFacts:
    local = "SELECT paper, name FROM denotations WHERE entity = ?"
    claims = store.fetch(
        Claim,
        f"(paper, start) IN (SELECT c.paper, c.start FROM claims c, unnest(c.arguments) AS t(arg) "  # noqa: S608 - fixed text
        f"WHERE (c.paper, arg.entity) IN ({local}))",
        [entity.id],
    )
    return EntityFacts(
        entity=entity,
        uses=tuple(_uses(store, f"(m.paper, m.name) IN ({local})", "d.entity = ?", [entity.id, entity.id])),
        relations=tuple(_stated(store, "a.entity = ? OR b.entity = ?", [entity.id, entity.id])),
        claims=tuple(claims),
        merges=tuple(store.fetch(Merge, "entity = ?", [entity.id])),
        groundings=tuple(store.fetch(Grounding, "entity = ?", [entity.id])),
    )


def _paper_facts(store: "Store", paper: Paper) -> PaperFacts:
    links = []
    for link in store.fetch(Link, "a = ? OR b = ?", [paper.id, paper.id]):
        other = link.b if link.a == paper.id else link.a
        [[title]] = store.rows("SELECT title FROM papers WHERE id = ?", [other])
        names = dict(
            store.rows("SELECT id, name FROM entities WHERE id IN (SELECT unnest(?::VARCHAR[]))", [list(link.entities)])
        )
        links.append((link, title, tuple(names[entity] for entity in link.entities)))
    return PaperFacts(
        paper=paper,
        uses=tuple(_uses(store, "m.paper = ?", "d.paper = ?", [paper.id, paper.id])),
        relations=tuple(_stated(store, "r.paper = ?", [paper.id])),
        claims=tuple(store.fetch(Claim, "paper = ?", [paper.id])),
        links=tuple(sorted(links, key=lambda item: (-item[0].weight, item[0].a, item[0].b))),
    )
