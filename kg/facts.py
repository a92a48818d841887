"""Everything known of one entity or one paper, each fact with its quoted sentence and score."""

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.errors import QueryError
from kg.records import Claim, Entity, Grounding, Link, Merge, Paper, Relation, Role
from kg.text import arxiv_id, doi, fold, normalise, one_line

if TYPE_CHECKING:
    from kg.store import Store

#: A name scores this or more against what was asked (rapidfuzz WRatio, 0..100) to be offered as "did you mean":
#: below, suggestions for a mistyped word are unrelated words of the same length.
_NEAR = 72
#: Suggestions offered at most.
_OFFERED = 5


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


def find_entities(store: "Store", name: str, *, kind: str = "") -> list[Entity]:
    """Return the entities of that name or alias: as printed if any is, else by its normal form, the commonest first.

    ``name`` may be an entity's id, or carry the kind before a colon (``Dataset:GSM8K``).
    """
    before, colon, after = name.partition(":")
    if colon and not kind and store.rows("SELECT 1 FROM entities WHERE lower(kind) = lower(?) LIMIT 1", [before]):
        kind, name = before, after.strip()
    of_kind = " AND lower(kind) = lower(?)" if kind else ""
    kinds = [kind] if kind else []
    for condition, value in (
        ("id = ?", [name]),
        ("(name = ? OR list_contains(aliases, ?))", [name, name]),
        ("(lower(name) = lower(?) OR list_contains(list_transform(aliases, x -> lower(x)), lower(?)))", [name, name]),
    ):
        found = list(store.fetch(Entity, condition + of_kind, [*value, *kinds]))
        if found:
            return sorted(found, key=lambda e: (-e.papers, e.id))
    key = normalise(name)
    head = f"%{key.split(' ')[0][:3]}%" if key else ""
    found = [
        entity
        for entity in store.fetch(
            Entity,
            "(lower(name) LIKE ? OR len(list_filter(aliases, x -> lower(x) LIKE ?)) > 0)" + of_kind,
            [head, head, *kinds],
        )
        if key in {normalise(form) for form in (entity.name, *entity.aliases)}
    ]
    return sorted(found, key=lambda e: (-e.papers, e.id))


def find_papers(store: "Store", name: str) -> list[Paper]:
    """Return the papers that an id (any of theirs, an arXiv id or a DOI in any spelling) or a whole title names."""
    conditions: list[tuple[str, list[str]]] = [("id = ? OR list_contains(ids, ?)", [name, name])]
    if arxiv := arxiv_id(name):
        conditions.append(("arxiv_id = ?", [arxiv]))
    if found_doi := doi(name):
        conditions.append(("doi = ?", [found_doi]))
    conditions.append(("lower(title) = lower(?)", [one_line(name)]))
    for condition, value in conditions:
        found = list(store.fetch(Paper, condition, value))
        if found:
            return found
    return []


def find_named(store: "Store", name: str) -> Entity | Paper:
    """Return the one entity or paper that ``name`` means: its id, name, alias, title, or a prefix that is unique.

    Raises:
        QueryError: nothing is called that (with what comes near), or several things are.
    """
    name = one_line(name)
    if not name:
        raise QueryError("show: nothing asked for; give an entity's name or a paper's id")
    papers = find_papers(store, name)
    entities = [] if papers else find_entities(store, name)
    found: list[Entity | Paper] = [*papers, *entities]
    if len(entities) > 1 and ":" not in name:
        # One name, several kinds: the commonest is meant when it has most of the papers.
        rest = sum(e.papers for e in entities[1:])
        if entities[0].papers > rest:
            return entities[0]
    if not found:
        found = _with_prefix(store, name)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "; ".join(_called(one) for one in found[:_OFFERED])
        more = f" and {len(found) - _OFFERED} more" if len(found) > _OFFERED else ""
        raise QueryError(f"show: '{name}' may mean {listed}{more}; give one of these")
    near = find_near(store, name)
    hint = f"did you mean {', '.join(near)}?" if near else "nothing in the graph comes near; see report.md"
    raise QueryError(f"show: no entity or paper is called '{name}'; {hint}")


def _called(one: Entity | Paper) -> str:
    return f"'{one.kind}:{one.name}'" if isinstance(one, Entity) else f"'{one.id}' ({one.title})"


def _with_prefix(store: "Store", name: str) -> list[Entity | Paper]:
    start = name.lower()
    entities = list(store.fetch(Entity, "starts_with(lower(name), ?)", [start]))
    papers = list(store.fetch(Paper, "starts_with(lower(id), ?) OR starts_with(lower(title), ?)", [start, start]))
    return [*sorted(entities, key=lambda e: (-e.papers, e.id)), *papers]


def find_near(store: "Store", name: str) -> list[str]:
    """Return names, aliases and titles that come near ``name``, the nearest first."""
    from rapidfuzz import fuzz, process

    forms: dict[str, str] = {}
    for entity, aliases in store.stream("SELECT name, aliases FROM entities ORDER BY papers DESC, id"):
        for form in (entity, *aliases):
            forms.setdefault(fold(form), form)
    for [title] in store.stream("SELECT title FROM papers ORDER BY id"):
        forms.setdefault(fold(title), title)
    best = process.extract(fold(name), list(forms), scorer=fuzz.WRatio, limit=20, score_cutoff=_NEAR)
    # Longer names that merely contain the word rank as high as near spellings of it: prefer those of like length.
    best.sort(key=lambda hit: (-hit[1] + abs(len(hit[0]) - len(name)), hit[0]))
    return [f"'{forms[form]}'" for form, _, _ in best[:_OFFERED]]


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


def to_text(facts: EntityFacts | PaperFacts) -> str:
    """Return facts as plain text for a terminal: a heading a group, each fact with its sentence below it."""
    lines = list(_entity_lines(facts) if isinstance(facts, EntityFacts) else _paper_lines(facts))
    return "\n".join(lines) + "\n"


def _entity_lines(facts: EntityFacts) -> Iterator[str]:
    entity = facts.entity
    yield f"{entity.name}  [{entity.kind}]  {entity.papers} papers, {entity.mentions} mentions"
    others = [alias for alias in entity.aliases if alias != entity.name]
    if others:
        yield f"also written: {', '.join(others)}"
    for grounding in facts.groundings:
        yield f"is {grounding.scheme} {grounding.identifier} ({grounding.name}; {grounding.score:.2f})"
    for role in Role:
        some = [use for use in facts.uses if use.role == role]
        if some:
            yield f"\n{role.value.capitalize()} it ({len(some)})"
        for use in some:
            year = f" ({use.year})" if use.year else ""
            yield f"  {use.paper}  {use.title}{year}  {use.score:.2f}"
            yield f"      “{one_line(use.quote)}”"
    yield from _common_lines(facts, with_paper=True)
    if facts.merges:
        yield f"\nWhy these names are one thing ({len(facts.merges)})"
        for merge in facts.merges:
            yield f"  {merge.a} = {merge.b}  {merge.score:.2f}  {merge.reason}"


def _paper_lines(facts: PaperFacts) -> Iterator[str]:
    paper = facts.paper
    yield f"{paper.title}{f' ({paper.year})' if paper.year else ''}"
    yield f"{paper.id}{f'  {paper.url}' if paper.url else ''}"
    if paper.authors:
        yield ", ".join(paper.authors)
    for role in Role:
        some = [use for use in facts.uses if use.role == role]
        if some:
            yield f"\n{role.value.capitalize()} ({len(some)})"
        for use in some:
            yield f"  {use.name}  [{use.kind}]  {use.score:.2f}"
            yield f"      “{one_line(use.quote)}”"
    yield from _common_lines(facts, with_paper=False)
    if facts.links:
        yield f"\nPapers like this one ({len(facts.links)})"
        for link, title, names in facts.links:
            other = link.b if link.a == paper.id else link.a
            yield f"  {other}  {title}  {link.weight:.1f} bits"
            yield f"      shares {', '.join(names)}"


def _common_lines(facts: EntityFacts | PaperFacts, *, with_paper: bool) -> Iterator[str]:
    if facts.claims:
        yield f"\nClaims ({len(facts.claims)})"
        for claim in facts.claims:
            tone = [claim.type, claim.predicate] + [w for w in ("negated", "hedged") if getattr(claim, w)]
            where = f"{claim.paper}  " if with_paper else ""
            yield f"  {where}{', '.join(word for word in tone if word != 'none')}  {claim.score:.2f}"
            yield f"      “{one_line(claim.text)}”"
    if facts.relations:
        yield f"\nRelations ({len(facts.relations)})"
        for stated in facts.relations:
            where = f"{stated.relation.paper}  " if with_paper else ""
            relation = stated.relation
            yield f"  {where}{stated.subject} — {relation.predicate} → {stated.object}  {relation.score:.2f}"
            yield f"      “{one_line(stated.quote)}”"
