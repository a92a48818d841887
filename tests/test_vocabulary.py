"""Vocabularies of one's own: tables and SKOS files, what they name, and how their faults are told."""

from pathlib import Path

import pytest

import kg
from kg.config import Config, ResolveConfig
from kg.errors import ConfigError
from kg.records import Grounding
from kg.vocabulary import Term, read_vocabulary
from tests.graphs import small_graph

SKOS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix kg: <https://w3id.org/abstract-kg/ontology#> .
@prefix : <https://example.org/terms/> .
:bert a skos:Concept, kg:Method ; skos:prefLabel "BERT encoder"@en, "codeur BERT"@fr .
:bert skos:altLabel "BERT", "  bert\\n model "@en-GB .
:gsm a skos:Concept ; xl:prefLabel [ xl:literalForm "Grade School Math"@en ] ; xl:altLabel [ xl:literalForm "GSM8K" ] .
:old a skos:Concept ; skos:prefLabel "accuracy"@en ; owl:deprecated true .
:nameless a skos:Concept ; skos:altLabel "RACE" .
:elsewhere a skos:Concept ; skos:prefLabel "Genauigkeit"@de .
"""
#: What the small graph calls BERT.
FULL = ("Method", "Bidirectional Encoder Representations from Transformers")


@pytest.fixture
def graph(tmp_path: Path) -> kg.Graph:
    return kg.open(small_graph(tmp_path).parent)


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def names(graph: kg.Graph) -> set[tuple[str, str]]:
    return {(entity.kind, entity.name) for entity in graph.entities()}


def test_a_skos_file_gives_names_kinds_and_iris(tmp_path: Path) -> None:
    at = "https://example.org/terms/"
    assert list(read_vocabulary(written(tmp_path, "My Terms.ttl", SKOS))) == [
        Term("BERT encoder", "Method", ("bert model", "BERT"), "my-terms", at + "bert"),
        Term("Genauigkeit", "", (), "my-terms", at + "elsewhere"),
        Term("Grade School Math", "", ("GSM8K",), "my-terms", at + "gsm"),
    ]


def test_other_syntaxes_of_rdf_are_read_by_their_ending(tmp_path: Path) -> None:
    triples = '<https://x.org/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "A thing" .\n'
    xml = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:skos="http://www.w3.org/2004/02/skos/core#"><skos:Concept rdf:about="https://x.org/a">'
        "<skos:prefLabel>A thing</skos:prefLabel></skos:Concept></rdf:RDF>"
    )
    expected = [Term("A thing", "", (), "v", "https://x.org/a")]
    for name, text in (("v.nt", triples), ("v.rdf", xml), ("v.owl", xml), ("v.TTL", triples)):
        assert list(read_vocabulary(written(tmp_path, name, text))) == expected, name


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("v.ttl", '<urn:a> <urn:b> "c" .\n<urn:a> <urn:b> "c\n', r"v\.ttl:2: .*no valid Turtle"),
        ("v.ttl", b'<urn:a> <urn:b> "\xff" .\n', r"v\.ttl:1: .*UTF-8"),
        ("v.ttl", '<urn:a> <urn:b> "c" .\n', r"v\.ttl: no resource has a skos:prefLabel"),
        ("v.rdf", "<rdf:RDF", r"v\.rdf: .*no valid RDF/XML"),
        ("v.docx", "x", r"'\.docx' is no vocabulary; known are \.tsv"),
        ("v.tsv", "a\tMethod\t\town\tQ1\nb\tMethod\n", r"v\.tsv:2: 2 columns"),
        ("v.tsv", "a\tMethod\t\town\t \n", r"v\.tsv:1: no identifier"),
        ("v.tsv", "\tMethod\t\town\tQ1\n", r"v\.tsv:1: no name"),
    ],
)
def test_a_faulty_vocabulary_is_told_with_file_line_and_remedy(
    tmp_path: Path, name: str, content: str | bytes, told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        list(read_vocabulary(written(tmp_path, name, content)))


def test_what_matches_has_the_vocabulary_s_name_and_identifier_and_nothing_else_changes(
    graph: kg.Graph, tmp_path: Path
) -> None:
    graph.resolve()
    before = names(graph)
    own = written(tmp_path, "own.ttl", SKOS)
    graph.resolve(vocabulary=[own])
    assert before - names(graph) == {FULL, ("Dataset", "GSM8K")}
    assert names(graph) - before == {("Method", "BERT encoder"), ("Dataset", "Grade School Math")}
    (bert,) = [entity for entity in graph.entities() if entity.name == "BERT encoder"]
    assert "BERT" in bert.aliases
    own_rows = [row for row in graph.store.fetch(Grounding, "entity = ?", [bert.id]) if row.scheme == "own"]
    assert [(row.identifier, row.name, row.score) for row in own_rows] == [
        ("https://example.org/terms/bert", "BERT encoder", 1.0)
    ]
    (match,) = graph.query(
        'SELECT ?iri { ?e skos:prefLabel "BERT encoder" ; skos:exactMatch ?iri '
        'FILTER(STRSTARTS(STR(?iri), "https://example.org/terms/")) }'
    )
    assert "https://example.org/terms/bert" in str(match)
    graph.resolve()
    assert names(graph) == before


def test_a_changed_vocabulary_is_applied_and_a_moved_one_changes_nothing(graph: kg.Graph, tmp_path: Path) -> None:
    own = written(tmp_path, "own.tsv", "BERT base\tMethod\tBERT\town\tQ1\n")
    graph.resolve(vocabulary=[own])
    assert ("Method", "BERT base") in names(graph)
    fingerprint = graph.store.fingerprint()
    (tmp_path / "moved").mkdir()
    graph.resolve(vocabulary=[own.rename(tmp_path / "moved" / "own.tsv")])
    assert graph.store.fingerprint() == fingerprint
    written(tmp_path, "own.tsv", "BERT large\tMethod\tBERT\town\tQ1\n")
    graph.resolve(vocabulary=[tmp_path / "own.tsv"])
    assert ("Method", "BERT large") in names(graph) and ("Method", "BERT base") not in names(graph)


def test_a_decision_wins_over_a_vocabulary_and_names_of_other_kinds_stay(graph: kg.Graph, tmp_path: Path) -> None:
    own = written(tmp_path, "own.tsv", "The BERT\tMethod\tBERT\town\tQ1\nThe GSM\tMethod\tGSM8K\town\tQ2\n")
    settings = Config(resolve=ResolveConfig(vocabulary=(str(own),)))
    graph.rename("BERT", "Bidirectional encoder", config=settings)
    assert {("Method", "Bidirectional encoder"), ("Dataset", "GSM8K")} <= names(graph)


def test_two_things_that_are_one_term_stay_two_and_one_of_them_has_its_name(graph: kg.Graph, tmp_path: Path) -> None:
    graph.resolve()
    count = len(names(graph))
    own = written(tmp_path, "own.tsv", "RoBERTa\tMethod\tBERT|XLNet\town\tQ1\n")
    graph.resolve(vocabulary=[own])
    assert len(names(graph)) == count
    assert {("Method", "RoBERTa"), FULL} <= names(graph)


def test_a_faulty_vocabulary_leaves_the_graph_as_it_was(graph: kg.Graph, tmp_path: Path) -> None:
    fingerprint = graph.store.fingerprint()
    with pytest.raises(ConfigError, match=r"own\.tsv:1"):
        graph.resolve(vocabulary=[written(tmp_path, "own.tsv", "x\n")])
    assert graph.store.fingerprint() == fingerprint
