"""What the graph is: its schemes and classes, its counts and quality, and the run that made it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.rdf.names import LABEL, PREF_LABEL, TITLE, TYPE, Names, Pair, Resource, term
from kg.rdf.quality import MEASUREMENTS, to_model, to_shares
from kg.rdf.tally import Tally
from kg.rdf.terms import integer, segment, text, web
from kg.records import Run
from kg.vocab import KIND_CLASSES, ONTOLOGY, PREFIXES

if TYPE_CHECKING:
    from kg.store import Store

#: Vocabularies that the data uses beside ours and RDF's own.
_VOCABULARIES = ("bibo", "dcterms", "fabio", "nif", "prov", "schema", "skos")
#: Media type of each format that is offered as a distribution.
_MEDIA = {
    "graph.jsonld": "application/ld+json",
    "graph.nq": "application/n-quads",
    "graph.nt": "application/n-triples",
    "graph.rdf": "application/rdf+xml",
    "graph.trig": "application/trig",
    "graph.ttl": "text/turtle",
    "nanopubs.trig": "application/trig",
}


def usual_sources(store: "Store") -> dict[str, str]:
    """Return the component that most rows of each extracted table come from: it need not be named on each."""
    found = {}
    for table in ("mentions", "claims", "relations"):
        rows = store.rows(f"SELECT source FROM {table} GROUP BY source ORDER BY count(*) DESC, source LIMIT 1")  # noqa: S608 - fixed names
        if rows:
            found[table] = rows[0][0]
    return found


def to_build(store: "Store", names: Names) -> tuple[str, list[Resource]]:
    """Return the IRI of the run that made the graph (``""`` for a graph that has none), and what is known of it."""
    runs = list(store.fetch(Run))
    if not runs:
        return "", []
    run = runs[-1]
    build = names.build(run.version, run.model, run.config, run.content)
    sources = sorted(
        row[0]
        for row in store.rows(
            "SELECT DISTINCT source FROM mentions UNION SELECT DISTINCT source FROM claims "
            "UNION SELECT DISTINCT source FROM relations UNION SELECT DISTINCT source FROM merges"
        )
    )
    pairs = [
        (TYPE, term("prov:Activity")),
        (term("schema:softwareVersion"), text(run.version)),
        (term("kg:model"), text(run.model)),
        (term("kg:configuration"), text(run.config)),
        (term("kg:content"), text(run.content)),
        *((term("prov:wasAssociatedWith"), names.component(source)) for source in sources),
        (term("prov:wasAssociatedWith"), f"<{names.base}model/{segment(run.model)}>"),
    ]
    agents = [
        Resource(names.meta_graph, names.component(source), [(TYPE, term("prov:SoftwareAgent")), (LABEL, text(source))])
        for source in sources
    ]
    return build, [Resource(names.meta_graph, build, pairs), *agents, *to_model(names, run.model)]


def to_schema(store: "Store", names: Names) -> Iterator[Resource]:
    """Yield a concept scheme for each kind of entity, and a class for each kind that is not ours."""
    defined, graph = (term("rdfs:isDefinedBy"), f"<{ONTOLOGY}>"), names.schema_graph
    seen = set()
    for [kind] in store.rows("SELECT DISTINCT kind FROM entities ORDER BY kind"):
        scheme = names.scheme(kind)
        if scheme in seen:
            continue
        seen.add(scheme)
        yield Resource(graph, scheme, [(TYPE, term("skos:ConceptScheme")), (PREF_LABEL, text(kind)), defined])
        if kind not in KIND_CLASSES:
            wider = (term("rdfs:subClassOf"), term("skos:Concept"))
            yield Resource(graph, names.kind(kind), [(TYPE, term("owl:Class")), (LABEL, text(kind)), wider])


def to_meta(
    store: "Store", names: Names, build: str, tally: Tally, *, licence: str, made: list[Resource]
) -> Iterator[Resource]:
    """Yield the dataset's description: counts, vocabularies, licence, distributions, quality.

    Args:
        store: the open graph.
        names: the IRIs.
        build: the IRI of the run that made the graph.
        tally: what was written before.
        licence: the address of the licence that the graph is under, if one is set.
        made: what is known of the run; yielded last.
    """
    for resource in made:
        tally.add(resource)
    graph, dataset, base = names.meta_graph, names.dataset, names.base
    partitions = dict(sorted(tally.classes.items()))
    measured, measurements = to_shares(store, names)
    pairs: list[Pair] = [
        (TYPE, term("void:Dataset")),
        (TYPE, term("dcat:Dataset")),
        (TITLE, text("A knowledge graph of paper abstracts")),
        *([(term("dcterms:license"), web(licence))] if licence else []),
        (term("dcterms:rights"), text("Titles and abstracts stay under the licences of their sources.")),
        (term("dcterms:conformsTo"), f"<{ONTOLOGY}>"),
        (term("void:uriSpace"), text(base)),
        (term("void:vocabulary"), f"<{PREFIXES['kg']}>"),
        *((term("void:vocabulary"), f"<{PREFIXES[prefix]}>") for prefix in _VOCABULARIES),
        *((term("void:classPartition"), f"<{base}dataset/class/{at}>") for at in range(1, len(partitions) + 1)),
        *((term("dcat:distribution"), f"<{base}dataset/{file}>") for file in _MEDIA),
        *((MEASUREMENTS, iri) for iri in measured),
        *([(term("prov:wasGeneratedBy"), build)] if build else []),
    ]
    found = []
    for at, (class_, count) in enumerate(partitions.items(), 1):
        about = [(term("void:class"), class_), (term("void:entities"), integer(count))]
        found.append(Resource(graph, f"<{base}dataset/class/{at}>", about))
    for file, media in _MEDIA.items():
        iri = f"<https://www.iana.org/assignments/media-types/{media}>"
        about = [(TYPE, term("dcat:Distribution")), (TITLE, text(file)), (term("dcat:mediaType"), iri)]
        found.append(Resource(graph, f"<{base}dataset/{file}>", about))
    found += measurements
    whole = tally.triples + len(pairs) + 1 + sum(len(resource.pairs) for resource in found)
    yield Resource(graph, dataset, [*pairs, (term("void:triples"), integer(whole))])
    yield from found
    yield from made
