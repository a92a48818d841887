"""The IRIs and prefixes of the RDF as constants. What is ours is defined in ``ontology/kg.ttl``; a test compares them.

Pure text: nothing is imported, nothing is read.
"""

#: Where our terms live.
KG = "https://w3id.org/abstract-kg/ontology#"
#: The ontology itself, and its shapes.
ONTOLOGY = "https://w3id.org/abstract-kg/ontology"

#: Every prefix of the exports and of the queries, in the order in which they are written.
PREFIXES: dict[str, str] = {
    "kg": KG,
    "bibo": "http://purl.org/ontology/bibo/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "fabio": "http://purl.org/spar/fabio/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "itsrdf": "http://www.w3.org/2005/11/its/rdf#",
    "nif": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

#: Our classes.
CLASSES = (
    "Claim", "Contribution", "Dataset", "Finding", "Link", "Mention", "Merge", "Method", "Metric", "Relation", "Task",
    "Value",
)  # fmt: skip
#: Our properties from thing to thing. Those of `kg.records.Predicate` and `ClaimPredicate` have its names.
OBJECT_PROPERTIES = (
    "achieves", "appliedTo", "basedOn", "byMetric", "causes", "correlates", "denotes", "enables", "evaluatedOn",
    "evidence", "fails", "generalises", "improves", "introduces", "linkSource", "linkTarget", "matches", "measuredBy",
    "mentions", "mergedInto", "onDataset", "onTask", "outperforms", "partOf", "proves", "reduces", "reports",
    "requires", "shares", "sharesEntitiesWith", "shows", "source", "trainedOn", "uses",
)  # fmt: skip
#: Our properties from thing to literal -> the datatype's local name in XML Schema.
DATATYPE_PROPERTIES: dict[str, str] = {
    "attribution": "string",
    "baseline": "decimal",
    "comparison": "string",
    "configuration": "string",
    "content": "string",
    "hedged": "boolean",
    "mergedName": "string",
    "model": "string",
    "negated": "boolean",
    "polarity": "string",
    "reason": "string",
    "rhetoricalRole": "string",
    "score": "decimal",
    "support": "integer",
    "unit": "string",
    "value": "decimal",
    "weight": "decimal",
}

#: The kinds of entity that have a class of ours; another kind's class lies under the base of the data.
KIND_CLASSES = ("Dataset", "Method", "Metric", "Task")
#: `kg.records.Predicate` -> compact IRI where it is not ours by the same name.
PREDICATES: dict[str, str] = {"subtypeOf": "skos:broader"}

#: Vocabularies outside: scheme of a `kg.records.Grounding` -> what stands before the identifier.
SCHEMES: dict[str, str] = {
    "wikidata": "http://www.wikidata.org/entity/",
    "openalex": "https://openalex.org/",
    "cso": "https://cso.kmi.open.ac.uk/topics/",
    "orkg": "http://orkg.org/orkg/resource/",
    "dbpedia": "http://dbpedia.org/resource/",
    "huggingface": "https://huggingface.co/datasets/",
    "pwc": "https://paperswithcode.com/dataset/",
}

#: Properties whose values are IRIs in the exports: what the JSON-LD context says of them.
IRI_VALUED: tuple[str, ...] = (
    *(f"kg:{name}" for name in OBJECT_PROPERTIES),
    "dcat:distribution", "dcat:mediaType", "dcterms:conformsTo", "dcterms:creator", "dcterms:isReplacedBy",
    "dqv:computedOn", "dqv:hasQualityMeasurement", "dqv:isMeasurementOf", "foaf:primaryTopic",
    "nif:referenceContext", "nif:sentence", "prov:wasAssociatedWith", "prov:wasGeneratedBy", "rdf:object",
    "rdf:predicate", "rdf:subject", "rdfs:isDefinedBy", "rdfs:subClassOf", "schema:isPartOf", "schema:sameAs",
    "skos:broader", "skos:exactMatch", "skos:inScheme", "void:class", "void:classPartition", "void:vocabulary",
)  # fmt: skip
#: Properties whose values carry a datatype in the exports.
TYPED_VALUED: dict[str, str] = {
    **{f"kg:{name}": f"xsd:{kind}" for name, kind in DATATYPE_PROPERTIES.items() if kind == "decimal"},
    "dqv:value": "xsd:decimal",
}


def to_iri(compact: str) -> str:
    """Return the IRI that a compact one stands for.

    >>> to_iri("skos:broader")
    'http://www.w3.org/2004/02/skos/core#broader'
    """
    prefix, _, local = compact.partition(":")
    return PREFIXES[prefix] + local


def to_context() -> dict[str, object]:
    """Return the JSON-LD context of the exports: prefixes, and which values are IRIs or typed."""
    context: dict[str, object] = {"@version": 1.1, **PREFIXES}
    for name in IRI_VALUED:
        context[name] = {"@type": "@id"}
    for name, kind in TYPED_VALUED.items():
        context[name] = {"@type": kind}
    return dict(sorted(context.items()))
