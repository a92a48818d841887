"""What the papers share: entities with their merges, the ties between papers."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kg.rdf.names import PREF_LABEL, SCORE, SOURCE, TYPE, Names, Pair, Resource, term, to_hidden
from kg.rdf.terms import TRUE, decimal, segment, text, web
from kg.records import Paper, entity_id
from kg.vocab import SCHEMES

if TYPE_CHECKING:
    from kg.store import Store

#: Entities whose rows are held together.
_TOGETHER = 4096
#: Papers whose addresses are kept while their ties are written: some ten megabytes.
_ENDS = 65_536

Row = tuple[Any, ...]

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
        # Rows as they are, no records: of half a million things these are made, each for one look at it.
        merges: dict[str, list[Row]] = {}
        for row in store.rows(
            "SELECT entity, a, a_kind, b, b_kind, score, reason, source FROM merges WHERE entity BETWEEN ? AND ? "
            "ORDER BY entity, a, b, a_kind, b_kind",
            [least, last],
        ):
            merges.setdefault(row[0], []).append(row)
        for identifier, *told in store.rows(
            "SELECT id, name, kind, aliases, broader FROM entities WHERE id BETWEEN ? AND ? ORDER BY id", [least, last]
        ):
            yield _entity(names, groundings.get(identifier, ()), identifier, *told)
            if identifier in merges:
                yield from _merge_resources(merges[identifier], names)


def _entity(
    names: Names,
    groundings: Sequence[Pair],
    identifier: str,
    name: str,
    kind: str,
    aliases: Sequence[str],
    broader: Sequence[str],
) -> Resource:
    pairs = [_CONCEPT, (TYPE, names.kind(kind))]
    if kind == "Dataset":
        pairs.append(_SCHEMA_DATASET)
    pairs.append((PREF_LABEL, text(name)))
    if aliases:
        pairs += [(_ALT_LABEL, text(alias)) for alias in sorted(set(aliases) - {name})]
    pairs += to_hidden([name, *aliases])
    pairs.append((_IN_SCHEME, names.scheme(kind)))
    if broader:
        pairs += [(_BROADER, names.entity(wider)) for wider in sorted(set(broader) - {identifier})]
    if groundings:
        pairs += sorted(set(groundings))
    return Resource(names.entities_graph, names.entity(identifier), pairs)


def _merge_resources(merges: Iterable[Row], names: Names) -> Iterator[Resource]:
    seen = set()
    for entity, a, a_kind, b, b_kind, score, reason, source in merges:
        iri = names.merge(entity, a, a_kind, b, b_kind)
        if iri in seen:
            continue
        seen.add(iri)
        pairs = [_MERGE, (_INTO, names.entity(entity))]
        pairs += [(_NAME, text(name)) for name in dict.fromkeys((a, b))]
        pairs += [(SCORE, decimal(score)), (_REASON, text(reason)), (SOURCE, names.component(source))]
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
    identities = {
        paper: Paper(id=paper, arxiv_id=arxiv, doi=doi, title=title, abstract="").identity
        for paper, arxiv, doi, title in store.stream("SELECT id, arxiv_id, doi, title FROM papers ORDER BY id")
    }
    end = lru_cache(maxsize=_ENDS)(lambda identity: f"<{names.base}paper/{segment(identity)}>")
    graph, entity, papers = names.entities_graph, names.entity, list(identities)
    for at in range(0, len(papers), _TOGETHER):
        # Some papers' ties at a time: sorted all at once they are more than all else that is held.
        ends = [papers[at], papers[min(at + _TOGETHER, len(papers)) - 1]]
        for a, b, weight, entities in store.rows(
            "SELECT a, b, weight, entities FROM links WHERE a BETWEEN ? AND ? ORDER BY a, b", ends
        ):
            if a not in identities or b not in identities:
                continue
            one, other = identities[a], identities[b]
            source, target = end(one), end(other)
            pairs = [_LINK, (_LINK_SOURCE, source), (_LINK_TARGET, target), (_WEIGHT, decimal(weight))]
            pairs += [(_SHARES, entity(shared)) for shared in dict.fromkeys(entities)]
            yield Resource(graph, names.link(one, other), pairs)
            yield Resource(graph, source, [(_SHARED_WITH, target)])
            yield Resource(graph, target, [(_SHARED_WITH, source)])
