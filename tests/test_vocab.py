"""The constants and the ontology are the same, both ways."""

import json
from pathlib import Path

import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, URIRef

from kg import vocab
from kg.records import ClaimPredicate, Kind, Predicate, Role

ONTOLOGY = Path(__file__).parents[1] / "ontology"


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    return rdflib.Graph().parse(ONTOLOGY / "kg.ttl")


def defined(ontology: rdflib.Graph, kind: URIRef) -> set[str]:
    return {str(s).removeprefix(vocab.KG) for s in ontology.subjects(RDF.type, kind) if str(s).startswith(vocab.KG)}


def test_constants_and_ontology_have_the_same_terms(ontology: rdflib.Graph) -> None:
    assert defined(ontology, OWL.Class) == set(vocab.CLASSES)
    assert defined(ontology, OWL.ObjectProperty) == set(vocab.OBJECT_PROPERTIES)
    assert defined(ontology, OWL.DatatypeProperty) == set(vocab.DATATYPE_PROPERTIES)


def test_every_term_has_a_label_a_comment_and_an_example(ontology: rdflib.Graph) -> None:
    for name in (*vocab.CLASSES, *vocab.OBJECT_PROPERTIES, *vocab.DATATYPE_PROPERTIES):
        for needed in (RDFS.label, RDFS.comment, SKOS.example, RDFS.isDefinedBy):
            assert len(list(ontology.objects(URIRef(vocab.KG + name), needed))) == 1, (name, needed)


def test_ranges_are_the_datatypes_of_the_constants(ontology: rdflib.Graph) -> None:
    for name, kind in vocab.DATATYPE_PROPERTIES.items():
        assert ontology.value(URIRef(vocab.KG + name), RDFS.range) == URIRef(vocab.PREFIXES["xsd"] + kind)


def test_every_term_that_the_ontology_names_is_declared_in_it(ontology: rdflib.Graph) -> None:
    declared = set(ontology.subjects(RDF.type, None))
    own = tuple(vocab.PREFIXES[p] for p in ("rdf", "rdfs", "owl", "xsd"))
    for relation in (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, SKOS.closeMatch):
        for value in ontology.objects(None, relation):
            assert value in declared or str(value).startswith(own), value
            # OWL 2 DL reserves these for itself: nothing of ours may stand below them.
            assert not str(value).startswith(own[:3]), value
    for predicate in set(ontology.predicates()):
        assert predicate in declared or str(predicate).startswith(own), predicate


def test_the_ontology_has_a_version_and_prefixes_agree(ontology: rdflib.Graph) -> None:
    assert ontology.value(URIRef(vocab.ONTOLOGY), OWL.versionIRI)
    for prefix, space in ontology.namespaces():
        if str(prefix) in vocab.PREFIXES:
            assert str(space) == vocab.PREFIXES[str(prefix)]


def test_every_predicate_role_and_kind_of_the_records_has_a_property() -> None:
    for name in (*Predicate, *ClaimPredicate, *Role):
        assert name in vocab.OBJECT_PROPERTIES or name in vocab.PREDICATES or name == "none"
    assert set(Kind) == set(vocab.KIND_CLASSES) <= set(vocab.CLASSES)


def test_the_context_file_is_the_context_of_the_exports() -> None:
    assert json.loads((ONTOLOGY / "context.jsonld").read_text(encoding="utf-8")) == {"@context": vocab.to_context()}
