"""What the papers share: entities with their merges, the ties between papers."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from kg.rdf.names import PREF_LABEL, SCORE, SOURCE, TYPE, Names, Pair, Resource, term
from kg.rdf.terms import TRUE, decimal, text, web
from kg.records import Entity, Merge, Paper, entity_id
from kg.vocab import SCHEMES

if TYPE_CHECKING:
    from kg.store import Store

#: Entities whose rows are held together.
_TOGETHER = 4096

_CONCEPT, _SCHEMA_DATASET = (TYPE, term("skos:Concept")), (TYPE, term("schema:Dataset"))
_ALT_LABEL, _IN_SCHEME, _BROADER = term("skos:altLabel"), term("skos:inScheme"), term("skos:broader")
_EXACT_MATCH, _NOTATION = term("skos:exactMatch"), term("skos:notation")
_DEPRECATED, _REPLACED_BY = term("owl:deprecated"), term("dcterms:isReplacedBy")
_MERGE, _INTO, _NAME, _REASON = (
    (TYPE, term("kg:Merge")),
    term("kg:mergedInto"),
    term("kg:mergedName"),
    term("kg:reason"),
)
_LINK, _SHARED_WITH = (TYPE, term("kg:Link")), term("kg:sharesEntitiesWith")
_LINK_SOURCE, _LINK_TARGET = term("kg:linkSource"), term("kg:linkTarget")
_WEIGHT, _SHARES = term("kg:weight"), term("kg:shares")


def _external(scheme: str, identifier: str) -> Pair:
    """Return a grounding as a property: an IRI of the vocabulary outside, or a notation where it has none."""
    if scheme in SCHEMES:
        identifier = SCHEMES[scheme] + identifier.removeprefix(SCHEMES[scheme])
    address = web(identifier)
    return (_EXACT_MATCH, address) if address.startswith("<") else (_NOTATION, text(f"{scheme}:{identifier}"))


def to_entities(store: "Store", names: Names) -> Iterator[Resource]:
    """Yield every entity, in the order of ids, and the lines of the ledger that made it."""
    last = ""
    while ids := store.rows(f"SELECT id FROM entities WHERE id > ? ORDER BY id LIMIT {_TOGETHER}", [last]):  # noqa: S608 - fixed
        least, last = ids[0][0], ids[-1][0]
        groundings: dict[str, list[Pair]] = {}
        for entity, scheme, identifier in store.rows(
            "SELECT DISTINCT entity, scheme, identifier FROM groundings WHERE entity BETWEEN ? AND ? ORDER BY ALL",
            [least, last],
        ):
            groundings.setdefault(entity, []).append(_external(scheme, identifier))
        merges: dict[str, list[Merge]] = {}
        for merge in store.fetch(Merge, "entity BETWEEN ? AND ?", [least, last]):
            merges.setdefault(merge.entity, []).append(merge)
        for one in store.fetch(Entity, "id BETWEEN ? AND ?", [least, last]):
            yield _entity(one, groundings.get(one.id, []), names)
            yield from _merge_resources(merges.get(one.id, []), names)


def _entity(entity: Entity, groundings: list[Pair], names: Names) -> Resource:
    pairs = [_CONCEPT, (TYPE, names.kind(entity.kind))]
    pairs += [_SCHEMA_DATASET] if entity.kind == "Dataset" else []
    pairs.append((PREF_LABEL, text(entity.name)))
    pairs += [(_ALT_LABEL, text(alias)) for alias in sorted(set(entity.aliases) - {entity.name})]
    pairs.append((_IN_SCHEME, names.scheme(entity.kind)))
    pairs += [(_BROADER, names.entity(wider)) for wider in sorted(set(entity.broader) - {entity.id})]
    pairs += sorted(set(groundings))
    return Resource(names.entities_graph, names.entity(entity.id), pairs)


def _merge_resources(merges: list[Merge], names: Names) -> Iterator[Resource]:
    seen = set()
    for merge in merges:
        iri = names.merge(merge.entity, merge.a, merge.a_kind, merge.b, merge.b_kind)
        if iri in seen:
            continue
        seen.add(iri)
        pairs = [_MERGE, (_INTO, names.entity(merge.entity))]
        pairs += [(_NAME, text(name)) for name in dict.fromkeys((merge.a, merge.b))]
        pairs += [(SCORE, decimal(merge.score)), (_REASON, text(merge.reason)), (SOURCE, names.component(merge.source))]
        yield Resource(names.entities_graph, iri, pairs)


def to_replaced(store: "Store", names: Names) -> Iterator[Resource]:
    """Yield the IRIs that merged names would have had by themselves, each replaced by its entity's.

    A name that is an entity's of its own elsewhere (one acronym, two things) is not replaced.
    """
    old = set()
    for entity, name, kind in store.stream(
        "SELECT DISTINCT entity, a, a_kind FROM merges UNION SELECT DISTINCT entity, b, b_kind FROM merges"
    ):
        if (own := entity_id(kind, name)) != entity:
            old.add((own, entity, name, kind))
    alive = {
        row[0]
        for row in store.rows(
            "SELECT id FROM entities WHERE id IN (SELECT unnest(?::VARCHAR[]))", [[o[0] for o in old]]
        )
    }
    for own, group in groupby(sorted(old), key=lambda row: row[0]):
        if own in alive:
            continue
        some = list(group)
        pairs = [_CONCEPT, (PREF_LABEL, text(some[0][2])), (_DEPRECATED, TRUE)]
        pairs += [(_REPLACED_BY, names.entity(entity)) for entity in sorted({row[1] for row in some})]
        yield Resource(names.entities_graph, names.entity(own), pairs)


def to_links(store: "Store", names: Names) -> Iterator[Resource]:
    """Yield every tie between two papers: the plain triple both ways, and what it rests on."""
    for a, b, weight, entities, *rest in store.stream(
        "SELECT l.a, l.b, l.weight, l.entities, pa.arxiv_id, pa.doi, pa.title, pb.arxiv_id, pb.doi, pb.title "
        "FROM links l JOIN papers pa ON pa.id = l.a JOIN papers pb ON pb.id = l.b ORDER BY l.a, l.b"
    ):
        one = Paper(id=a, arxiv_id=rest[0], doi=rest[1], title=rest[2], abstract="")
        other = Paper(id=b, arxiv_id=rest[3], doi=rest[4], title=rest[5], abstract="")
        ends = [f"<{names.paper_stem(paper)}>" for paper in (one, other)]
        pairs = [_LINK, (_LINK_SOURCE, ends[0]), (_LINK_TARGET, ends[1]), (_WEIGHT, decimal(weight))]
        pairs += [(_SHARES, names.entity(entity)) for entity in dict.fromkeys(entities)]
        yield Resource(names.entities_graph, names.link(one, other), pairs)
        yield Resource(names.entities_graph, ends[0], [(_SHARED_WITH, ends[1])])
        yield Resource(names.entities_graph, ends[1], [(_SHARED_WITH, ends[0])])
