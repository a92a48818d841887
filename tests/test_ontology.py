"""The ontology is consistent under OWL 2 RL, alone and with a graph; its documentation is what it says."""

from pathlib import Path

import owlrl
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, URIRef

from kg.config import ExportConfig
from kg.rdf import write_rdf
from kg.store import Store
from kg.vocab import CLASSES, DATATYPE_PROPERTIES, KG, OBJECT_PROPERTIES
from tests.graphs import small_graph
from tests.ontology_pages import to_page

ONTOLOGY = Path(__file__).parents[1] / "ontology"
#: Where owlrl says what contradicts what.
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")


def closed(graph: rdflib.Graph) -> rdflib.Graph:
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def faults(graph: rdflib.Graph) -> list[str]:
    return sorted(str(value) for value in graph.objects(None, ERROR))


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> rdflib.Graph:
    made = tmp_path_factory.mktemp("graph")
    with Store(small_graph(made), read_only=True) as store:
        write_rdf(store, made / "graph.ttl", format="ttl", config=ExportConfig(depth=("mentions", "links")))
    return rdflib.Graph().parse(ONTOLOGY / "kg.ttl").parse(made / "graph.ttl")


def test_the_ontology_and_a_graph_contradict_nothing(together: rdflib.Graph) -> None:
    reasoned = closed(together)
    assert faults(reasoned) == []
    kg = rdflib.Namespace(KG)
    [bert] = reasoned.subjects(rdflib.SKOS.prefLabel, rdflib.Literal("BERT"))
    assert (bert, RDF.type, rdflib.SKOS.Concept) in reasoned
    assert any(reasoned.triples((None, rdflib.SDO.about, bert))), "kg:uses is below schema:about"
    assert not any(reasoned.triples((None, RDF.type, OWL.Nothing)))
    assert all(
        not ((one, RDF.type, kg.Dataset) in reasoned and (one, RDF.type, kg.Metric) in reasoned)
        for one in reasoned.subjects(RDF.type, kg.Metric)
    ), "ranges make no metric a dataset"


@pytest.mark.parametrize(("one", "other"), [("Method", "Dataset"), ("Claim", "Mention"), ("Link", "Value")])
def test_a_thing_of_two_disjoint_classes_is_a_contradiction(one: str, other: str) -> None:
    graph = rdflib.Graph().parse(ONTOLOGY / "kg.ttl")
    for name in (one, other):
        graph.add((URIRef("urn:thing"), RDF.type, URIRef(KG + name)))
    assert faults(closed(graph))


def test_every_term_is_in_owl_2_dl_one_kind_of_thing() -> None:
    ontology = rdflib.Graph().parse(ONTOLOGY / "kg.ttl")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDFS.Datatype)
    for subject in set(ontology.subjects(RDF.type)):
        assert len([kind for kind in kinds if (subject, RDF.type, kind) in ontology]) <= 1, subject


def test_the_documentation_is_what_the_ontology_says() -> None:
    page = (ONTOLOGY / "TERMS.md").read_text(encoding="utf-8")
    assert page == to_page(ONTOLOGY / "kg.ttl"), "write it anew: python -m tests.ontology_pages"
    for name in (*CLASSES, *OBJECT_PROPERTIES, *DATATYPE_PROPERTIES):
        assert f"### kg:{name}\n" in page
