"""The ontology's documentation, made from the ontology: `python -m tests.ontology_pages` writes ontology/TERMS.md.

It is Markdown of our own making, and not pyLODE's HTML: one page that reads well where the repository is read, that
needs nothing to be installed, and whose changes show in a diff.
"""

from collections.abc import Iterable
from pathlib import Path

import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, URIRef
from rdflib.collection import Collection

from kg.vocab import KG, ONTOLOGY

FOLDER = Path(__file__).parents[1] / "ontology"
#: Title of a part -> the kind of term in it.
_PARTS = {
    "Classes": OWL.Class,
    "Properties from thing to thing": OWL.ObjectProperty,
    "Properties from thing to value": OWL.DatatypeProperty,
}
#: What is told of a term, in this order -> its words.
_TOLD = {
    RDFS.subClassOf: "is a",
    RDFS.subPropertyOf: "implies",
    RDFS.domain: "from",
    RDFS.range: "to",
    SKOS.closeMatch: "close to",
    OWL.disjointWith: "never also",
    RDFS.seeAlso: "see",
}


def _short(graph: rdflib.Graph, terms: Iterable[object]) -> str:
    return ", ".join(f"`{graph.namespace_manager.qname(str(term))}`" for term in sorted(terms, key=str))


def to_page(path: Path) -> str:
    """Return the documentation of the ontology in the file ``path`` as Markdown, the same for the same ontology."""
    graph = rdflib.Graph().parse(path)
    head = URIRef(ONTOLOGY)
    lines = [
        f"# {graph.value(head, DCTERMS.title)}, version {graph.value(head, OWL.versionInfo)}",
        "",
        f"{graph.value(head, DCTERMS.description)}",
        "",
        f"Namespace `{KG}`, prefix `kg:`; version IRI <{graph.value(head, OWL.versionIRI)}>; licence "
        f"<{graph.value(head, DCTERMS.license)}>. Made from `kg.ttl` by `python -m tests.ontology_pages`.",
    ]
    apart = [
        Collection(graph, graph.value(one, OWL.members)) for one in graph.subjects(RDF.type, OWL.AllDisjointClasses)
    ]
    for title, kind in _PARTS.items():
        terms = sorted(str(term) for term in graph.subjects(RDF.type, kind) if str(term).startswith(KG))
        lines += ["", f"## {title}", "", ", ".join(f"[{t[len(KG) :]}](#kg{t[len(KG) :].lower()})" for t in terms)]
        if kind == OWL.Class:
            lines += ["", "Nothing is of two of these classes:", ""]
            lines += sorted(f"- {_short(graph, members)}" for members in apart)
        for term in map(URIRef, terms):
            lines += ["", f"### kg:{term[len(KG) :]}", "", f"**{graph.value(term, RDFS.label)}**: "
                      f"{graph.value(term, RDFS.comment)}", ""]  # fmt: skip
            for relation, words in _TOLD.items():
                values = list(graph.objects(term, relation))
                lines += [f"- {words} {_short(graph, values)}"] if values else []
            lines.append(f"- for example: {graph.value(term, SKOS.example)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (FOLDER / "TERMS.md").write_text(to_page(FOLDER / "kg.ttl"), encoding="utf-8")
