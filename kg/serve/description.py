"""The SPARQL 1.1 Service Description: what this endpoint is and can, in RDF."""

from kg.serve.forms import GRAPHS, RESULTS, Form

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
#: pyoxigraph's name of a form -> the W3C's name of its format.
_NAMES = {
    "JSON": "SPARQL_Results_JSON",
    "XML": "SPARQL_Results_XML",
    "CSV": "SPARQL_Results_CSV",
    "TSV": "SPARQL_Results_TSV",
    "TURTLE": "Turtle",
    "N_TRIPLES": "N-Triples",
    "RDF_XML": "RDF_XML",
    "JSON_LD": "JSON-LD",
}


def to_description(endpoint: str, form: Form) -> bytes:
    """Return the description of the service at ``endpoint`` (an IRI).

    There are no blank nodes: the dataset and its default graph are named after the endpoint.
    """
    import pyoxigraph as ox

    def node(name: str) -> ox.NamedNode:
        return ox.NamedNode(name)

    def sd(name: str) -> ox.NamedNode:
        return node(_SD + name)

    is_a = node("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    service, dataset, graph = node(endpoint), node(endpoint + "#dataset"), node(endpoint + "#default")
    triples = [
        ox.Triple(service, is_a, sd("Service")),
        ox.Triple(service, sd("endpoint"), service),
        ox.Triple(service, sd("supportedLanguage"), sd("SPARQL11Query")),
        ox.Triple(service, sd("defaultDataset"), dataset),
        ox.Triple(dataset, is_a, sd("Dataset")),
        ox.Triple(dataset, sd("defaultGraph"), graph),
        ox.Triple(graph, is_a, sd("Graph")),
    ]
    triples += [ox.Triple(service, sd("resultFormat"), node(_FORMATS + _NAMES[f.format])) for f in (*RESULTS, *GRAPHS)]
    format = getattr(ox.RdfFormat, form.format)
    prefixes = {"sd": _SD, "formats": _FORMATS} if form.name in ("turtle", "jsonld") else None
    return ox.serialize(triples, format=format, prefixes=prefixes) or b""
