"""Every RDF export parses everywhere to the same triples, keeps to the shapes, and says what the store says."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import rdflib

from kg.config import ExportConfig, ExtractConfig
from kg.errors import ConfigError, UnknownFormatError
from kg.extract import model_version
from kg.rdf import FORMATS as ALL
from kg.rdf import write_rdf
from kg.rdf.quality import shipped_scores
from kg.records import Argument, Claim, Denotation, Entity, Mention, Merge, Paper, Relation, Run, entity_id
from kg.store import Store
from kg.vocab import KG, PREFIXES
from tests.graphs import PAPERS, small_graph

ROOT = Path(__file__).parents[2]
#: The formats of the whole graph; nanopublications have tests of their own.
FORMATS = [name for name in ALL if name != "nanopub"]
#: Format -> names of pyoxigraph's, rdflib's and raptor's parsers.
PARSERS = {
    "ttl": (pyoxigraph.RdfFormat.TURTLE, "turtle", "turtle"),
    "nt": (pyoxigraph.RdfFormat.N_TRIPLES, "nt", "ntriples"),
    "nq": (pyoxigraph.RdfFormat.N_QUADS, "nquads", "nquads"),
    "trig": (pyoxigraph.RdfFormat.TRIG, "trig", "trig"),
    "jsonld": (pyoxigraph.RdfFormat.JSON_LD, "json-ld", ""),
    "rdfxml": (pyoxigraph.RdfFormat.RDF_XML, "xml", "rdfxml"),
}


def with_shared_statements(path: Path) -> Path:
    """Let three papers state one relation (one of them twice), and two make one claim."""
    with Store(path) as store, store.transaction():
        for paper, start, end in (
            ("1901.11504", 48, 60), ("1901.11504", 61, 70), ("1907.11692", 50, 60), ("2211.10435", 0, 5),
        ):  # fmt: skip
            name = "PAL" if paper == "2211.10435" else "BERT"
            other = "GSM8K" if paper == "2211.10435" else "GLUE"
            store.add(
                Relation,
                [
                    Relation(
                        paper=paper, subject=name, predicate="evaluatedOn", object=other, start=start, end=end,
                        score=0.7, source="relations@2",
                    )
                ],
            )  # fmt: skip
        for paper in ("1901.11504", "1907.11692"):
            store.add(
                Claim,
                [
                    Claim(
                        paper=paper, start=0, end=9, text=f"in the words of {paper}", type="finding",
                        predicate="matches", score=0.8, source="claims@1",
                        arguments=(Argument(role="subject", entity="BERT"), Argument(role="object", entity="GLUE")),
                    )
                ],
            )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_shared_statements(small_graph(tmp_path_factory.mktemp("graph")))


@pytest.fixture(scope="module")
def exports(graph: Path) -> dict[str, Path]:
    with Store(graph, read_only=True) as store:
        for name in FORMATS:
            write_rdf(store, graph.with_name(f"graph.{name}"), format=name, config=ExportConfig())
    return {name: graph.with_name(f"graph.{name}") for name in FORMATS}


def quads(path: Path, name: str) -> list[pyoxigraph.Quad]:
    return list(pyoxigraph.parse(path=path, format=PARSERS[name][0]))


def solutions(path: Path, sparql: str) -> list[tuple[str, ...]]:
    store = pyoxigraph.Store()
    store.bulk_load(path=path)
    found = store.query(sparql, prefixes=PREFIXES)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [tuple(term.value for term in row) for row in found]


def triples(path: Path, name: str) -> list[tuple[str, str, str]]:
    return [(str(q.subject), str(q.predicate), str(q.object)) for q in quads(path, name)]


@pytest.mark.filterwarnings(
    "ignore:.*(Dataset|ConjunctiveGraph):DeprecationWarning"
)  # rdflib's own parsers use what it deprecates
@pytest.mark.parametrize("name", list(FORMATS))
def test_every_parser_reads_the_same_number_of_triples_each_once(exports: dict[str, Path], name: str) -> None:
    found = quads(exports[name], name)
    assert len(found) == len(set(found)) > 1000
    graph = rdflib.Dataset()
    graph.parse(exports[name], format=PARSERS[name][1])
    assert len(list(graph.quads())) == len(found)
    if PARSERS[name][2]:
        if shutil.which("rapper") is None:
            pytest.skip("raptor's rapper is not installed (Debian: raptor2-utils)")
        said = subprocess.run(
            ["rapper", "-c", "-i", PARSERS[name][2], str(exports[name])], capture_output=True, text=True, check=True
        ).stderr
        assert f"returned {len(found)} triples" in said
        assert "warning" not in said.lower()


@pytest.mark.parametrize("name", ["nt", "nq", "ttl", "trig"])
def test_jena_reads_as_many_and_complains_of_none(exports: dict[str, Path], name: str) -> None:
    if shutil.which("riot") is None:
        pytest.skip("Apache Jena's riot is not on the path (https://jena.apache.org/download/)")
    read = subprocess.run(["riot", "--strict", str(exports[name])], capture_output=True, text=True, check=True)
    assert len(read.stdout.splitlines()) == len(quads(exports[name], name))
    assert "WARN" not in read.stderr and "ERROR" not in read.stderr


def test_all_formats_say_the_same(exports: dict[str, Path]) -> None:
    expected = set(triples(exports["nt"], "nt"))
    for name in FORMATS:
        assert set(triples(exports[name], name)) == expected, name


def test_nothing_is_a_blank_node_and_every_graph_is_named(exports: dict[str, Path]) -> None:
    base = ExportConfig().base
    for quad in quads(exports["nq"], "nq"):
        assert all(isinstance(t, pyoxigraph.NamedNode) for t in (quad.subject, quad.predicate, quad.graph_name))
        assert not isinstance(quad.object, pyoxigraph.BlankNode)
    graphs = {q.graph_name.value.removeprefix(base + "graph/") for q in quads(exports["nq"], "nq")}  # type: ignore[union-attr]
    assert {g for g in graphs if not g.startswith("paper/")} == {"entities", "schema", "meta"}
    assert len([g for g in graphs if g.startswith("paper/")]) == len(PAPERS)


def test_a_paper_s_graph_does_not_change_when_another_comes_in(tmp_path: Path) -> None:
    path = small_graph(tmp_path)

    def lines() -> set[str]:
        with Store(path, read_only=True) as store:
            write_rdf(store, tmp_path / "graph.nq", format="nq")
        text = (tmp_path / "graph.nq").read_text(encoding="utf-8")
        return {line for line in text.split("\n") if "graph/paper/arxiv:1810.04805>" in line}

    before = lines()
    with_shared_statements(path)
    assert lines() == before


def test_a_statement_of_several_papers_is_one_with_all_its_evidence(exports: dict[str, Path]) -> None:
    several = [
        (statement, papers, evidence)
        for statement, papers, evidence, support in solutions(
            exports["ttl"],
            "SELECT ?s (COUNT(DISTINCT ?p) AS ?papers) (COUNT(DISTINCT ?e) AS ?evidence) (SAMPLE(?n) AS ?support) "
            "WHERE { ?s kg:support ?n ; schema:isPartOf ?p ; kg:evidence ?e } GROUP BY ?s",
        )
        if papers != "1" and papers == support
    ]
    kinds = sorted((s.split("/")[-2], papers, evidence) for s, papers, evidence in several)
    assert kinds == [("claim", "2", "2"), ("relation", "3", "4")]
    [(sources,)] = solutions(
        exports["ttl"],
        'SELECT (COUNT(?component) AS ?n) WHERE { ?b skos:prefLabel "BERT" ; kg:evaluatedOn ?g . '
        '?g skos:prefLabel "GLUE" . ?s a kg:Relation ; rdf:subject ?b ; rdf:object ?g ; kg:source ?component }',
    )
    assert sources == "1"


@pytest.mark.parametrize("depth", [ExportConfig().depth, (), ("mentions",), ("sentences", "links")])
def test_every_depth_keeps_to_the_shapes(graph: Path, tmp_path: Path, depth: tuple[str, ...]) -> None:
    with Store(graph, read_only=True) as store:
        write_rdf(store, tmp_path / "graph.ttl", format="ttl", config=ExportConfig(depth=depth))
    data = rdflib.Graph().parse(tmp_path / "graph.ttl")
    conforms, _, said = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(ROOT / "ontology" / "shapes.ttl"))
    assert conforms, said
    text = (tmp_path / "graph.ttl").read_text(encoding="utf-8")
    assert ("dcterms:abstract" in text and "nif:isString" in text) == ("abstracts" in depth)
    assert ("a kg:Mention" in text) == ("mentions" in depth)
    assert ("a kg:Link" in text) == ("links" in depth)
    assert "a nif:Sentence" in text


def test_the_shapes_refuse_what_is_wrong(exports: dict[str, Path]) -> None:
    shapes = rdflib.Graph().parse(ROOT / "ontology" / "shapes.ttl")
    whole = rdflib.Graph().parse(exports["ttl"])
    kg = rdflib.Namespace(KG)
    for predicate in (kg.score, kg.evidence, kg.denotes, kg.support, kg.polarity, rdflib.SKOS.prefLabel, kg.weight):
        broken = rdflib.Graph()
        for triple in whole:
            broken.add(triple)
        broken.remove((None, predicate, None))
        assert not pyshacl.validate(broken, shacl_graph=shapes)[0], predicate


def test_every_offset_is_valid_in_the_text_of_its_context(exports: dict[str, Path]) -> None:
    rows = solutions(
        exports["ttl"],
        "SELECT ?text ?b ?e ?anchor WHERE { ?s nif:beginIndex ?b ; nif:endIndex ?e ; nif:anchorOf ?anchor ; "
        "nif:referenceContext/nif:isString ?text }",
    )
    assert len(rows) > 90
    for text, begin, end, anchor in rows:
        assert text[int(begin) : int(end)] == anchor


def test_facts_come_back_from_the_turtle(graph: Path, exports: dict[str, Path]) -> None:
    triple = rdflib.Graph().parse(exports["ttl"])
    kg, skos = rdflib.Namespace(KG), rdflib.SKOS
    base = ExportConfig().base
    with Store(graph, read_only=True) as store:
        for paper in store.fetch(Paper):
            [subject] = triple.subjects(rdflib.DCTERMS.identifier, rdflib.Literal(paper.id))
            assert str(triple.value(subject, rdflib.DCTERMS.title)) == paper.title
            assert paper.title.lower() in {
                str(name)
                for label in (rdflib.DCTERMS.title, skos.hiddenLabel)
                for name in triple.objects(subject, label)
            }
            assert str(triple.value(subject, rdflib.DCTERMS.abstract) or "") == paper.abstract
            assert {
                str(triple.value(a, rdflib.SDO.name)) for a in triple.objects(subject, rdflib.DCTERMS.creator)
            } == set(paper.authors)
        for entity in store.fetch(Entity):
            iri = rdflib.URIRef(f"{base}entity/{entity.id}")
            assert str(triple.value(iri, skos.prefLabel)) == entity.name
            assert {str(a) for a in triple.objects(iri, skos.altLabel)} == set(entity.aliases)
            shown = {entity.name, *entity.aliases}
            hidden = [str(label) for label in triple.objects(iri, skos.hiddenLabel)]
            assert sorted(hidden) == sorted({name.lower() for name in shown} - shown)
            assert (iri, rdflib.RDF.type, kg[entity.kind]) in triple
            assert {str(b) for b in triple.objects(iri, skos.broader)} == {f"{base}entity/{b}" for b in entity.broader}
            occurrences = set(triple.subjects(kg.denotes, iri))
            assert len(occurrences) == entity.mentions
        mentions = list(store.fetch(Mention))
        assert len(set(triple.subjects(rdflib.RDF.type, kg.Mention))) == len(mentions)
        assert Counter(str(a) for m in triple.subjects(rdflib.RDF.type, kg.Mention)
                       for a in triple.objects(m, rdflib.URIRef(PREFIXES["nif"] + "anchorOf"))) == Counter(
            m.text for m in mentions)  # fmt: skip


def test_a_merged_name_s_own_iri_stays_deprecated_and_says_what_replaces_it(exports: dict[str, Path]) -> None:
    triple = rdflib.Graph().parse(exports["ttl"])
    base = ExportConfig().base
    old = rdflib.URIRef(f"{base}entity/{entity_id('Dataset', 'SQuAD v1.1')}")
    assert triple.value(old, rdflib.OWL.deprecated) == rdflib.Literal(True)
    assert triple.value(old, rdflib.DCTERMS.isReplacedBy) == rdflib.URIRef(
        f"{base}entity/{entity_id('Dataset', 'SQuAD')}"
    )


def test_a_name_that_is_an_entity_elsewhere_is_not_deprecated(tmp_path: Path) -> None:
    path = small_graph(tmp_path)
    with Store(path) as store:
        merge = next(store.fetch(Merge))
        store.add(Merge, [Merge(entity=merge.entity, a="PAL", a_kind="Method", b="SQuAD", b_kind="Dataset", score=0.5,
                                reason="told so", source="resolve@1")])  # fmt: skip
        write_rdf(store, tmp_path / "graph.nt", format="nt")
    text = (tmp_path / "graph.nt").read_text(encoding="utf-8")
    assert not re.search(rf"{entity_id('Method', 'PAL')}> <[^>]*deprecated>", text)


def test_turtle_reads_well_and_is_the_same_bytes_in_another_process(graph: Path, exports: dict[str, Path]) -> None:
    text = exports["ttl"].read_text(encoding="utf-8")
    assert "<paper/arxiv:1810.04805> a schema:ScholarlyArticle, fabio:ResearchPaper ;" in text
    assert "<entity/method/bert-" in text
    assert "nif:beginIndex 0 ;" in text
    body = text[text.index("\n\n") :]
    assert not re.search(r"^ +<http", body, re.MULTILINE), "a predicate without its prefix"
    for seed in ("0", "1"):
        for name in FORMATS:
            code = (
                "import sys; from pathlib import Path; from kg.store import Store; from kg.rdf import write_rdf\n"
                "with Store(Path(sys.argv[1]), read_only=True) as s: "
                "write_rdf(s, Path(sys.argv[2]), format=sys.argv[3])"
            )
            again = graph.with_name(f"again.{name}")
            subprocess.run(
                [sys.executable, "-c", code, str(graph), str(again), name],
                check=True, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
            )  # fmt: skip
            assert again.read_bytes() == exports[name].read_bytes()


@pytest.mark.parametrize("base", ["https://example.org/data/", "https://example.org/data#", "urn:example:data/"])
@pytest.mark.parametrize("name", ["ttl", "trig", "jsonld"])
def test_data_lives_under_the_base_that_is_set(graph: Path, tmp_path: Path, base: str, name: str) -> None:
    with Store(graph, read_only=True) as store:
        write_rdf(store, tmp_path / "out", format=name, config=ExportConfig(base=base))
    subjects = {q.subject.value for q in quads(tmp_path / "out", name)}  # type: ignore[union-attr]
    assert all(subject.startswith(base) for subject in subjects)
    assert f"{base}paper/arxiv:1810.04805" in subjects


@pytest.mark.parametrize("base", ["", "data/", "https://example.org/a b/", "https://example.org/<x>/", "https://x.org"])
def test_a_base_that_is_no_iri_is_refused_before_anything_is_written(graph: Path, tmp_path: Path, base: str) -> None:
    with Store(graph, read_only=True) as store, pytest.raises(ConfigError, match="absolute IRI"):
        write_rdf(store, tmp_path / "out", format="nt", config=ExportConfig(base=base))
    assert not (tmp_path / "out").exists()


def test_an_unknown_format_is_refused_with_the_known_ones(graph: Path, tmp_path: Path) -> None:
    with Store(graph, read_only=True) as store, pytest.raises(UnknownFormatError, match="ttl, trig, nt, nq"):
        write_rdf(store, tmp_path / "out", format="n3", config=ExportConfig())


@pytest.mark.parametrize("name", list(FORMATS))
def test_an_empty_graph_is_still_a_graph(tmp_path: Path, name: str) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        write_rdf(store, tmp_path / "out", format=name)
    assert quads(tmp_path / "out", name)


def test_a_kind_and_a_predicate_of_a_user_s_own_model_are_exported_under_the_base(tmp_path: Path) -> None:
    path = small_graph(tmp_path)
    with Store(path) as store:
        identifier = entity_id("Code Library", "NumPy")
        store.add(Entity, [Entity(id=identifier, name="NumPy", kind="Code Library", papers=0, mentions=0)])
        for predicate in ("runs on", "2x", "\u2192"):
            relation = Relation(paper="1706.03762", subject="Transformer", predicate=predicate, object="BLEU",
                                start=0, end=5, score=1.0, source="mine@1")  # fmt: skip
            store.add(Relation, [relation])
        for name in FORMATS:
            write_rdf(store, tmp_path / f"out.{name}", format=name)
    expected = set(triples(tmp_path / "out.nt", "nt"))
    assert any("/kind/code-library>" in o for _, _, o in expected)
    assert any("/predicate/runs-on>" in p for _, p, _ in expected)
    for name in FORMATS:
        assert set(triples(tmp_path / f"out.{name}", name)) == expected, name


def test_names_of_files_and_times_are_not_in_any_export(exports: dict[str, Path]) -> None:
    for path in exports.values():
        text = path.read_text(encoding="utf-8")
        assert "small.jsonl" not in text
        assert "dateTime" not in text
        assert str(path.parent) not in text


def test_json_ld_is_one_document_of_known_terms(exports: dict[str, Path]) -> None:
    found = json.loads(exports["jsonld"].read_text(encoding="utf-8"))
    assert list(found) == ["@context", "@graph"]
    bert = next(node for node in found["@graph"] if node.get("skos:prefLabel") == "BERT")
    assert bert["@type"] == ["skos:Concept", "kg:Method"]
    assert {"<", ">"}.isdisjoint("".join(key for node in found["@graph"] for key in node))


def test_more_papers_than_are_held_together_make_one_graph(tmp_path: Path) -> None:
    count = 1100
    papers = [
        Paper(id=f"{n:04d}", title=f"Paper {n}", abstract="BERT is evaluated on GLUE.", ids=(f"{n:04d}",))
        for n in range(count)
    ]
    names = {"BERT": "Method", "GLUE": "Dataset"}
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(Paper, reversed(papers))
        for name, kind in names.items():
            entity = entity_id(kind, name)
            store.add(Entity, [Entity(id=entity, name=name, kind=kind, papers=count, mentions=0)])
            store.add(
                Denotation,
                (Denotation(paper=p.id, name=name, kind=kind, role="uses", entity=entity, score=1.0) for p in papers),
            )
        store.add(
            Relation,
            (
                Relation(paper=p.id, subject="BERT", predicate="evaluatedOn", object="GLUE", start=0, end=5, score=0.5,
                         source="relations@1")
                for p in papers
            ),
        )  # fmt: skip
        for name in ("nt", "nq"):
            write_rdf(store, tmp_path / f"graph.{name}", format=name)
    found = triples(tmp_path / "graph.nt", "nt")
    assert len(found) == len(set(found))
    assert set(found) == set(triples(tmp_path / "graph.nq", "nq"))
    assert sum(p.endswith("#evidence>") for _, p, _ in found) == count
    [support] = [o for _, p, o in found if p.endswith("#support>")]
    assert support.startswith(f'"{count}"')


@pytest.mark.parametrize("depth", [ExportConfig().depth, (), ("mentions", "links")])
@pytest.mark.parametrize("name", ["ttl", "nq"])
def test_the_description_counts_what_was_written(
    graph: Path, tmp_path: Path, name: str, depth: tuple[str, ...]
) -> None:
    with Store(graph, read_only=True) as store:
        write_rdf(store, tmp_path / f"graph.{name}", format=name, config=ExportConfig(depth=depth))
    found = set(triples(tmp_path / f"graph.{name}", name))
    void, kind = f"<{PREFIXES['void']}", f"<{PREFIXES['rdf']}type>"
    [told] = [o for s, p, o in found if p == f"{void}triples>"]
    assert pyoxigraph.Literal(len(found)) == next(iter(pyoxigraph.parse(
        f"<a:a> <a:b> {told} .", format=pyoxigraph.RdfFormat.TURTLE))).object  # fmt: skip
    classes = {s: o for s, p, o in found if p == f"{void}class>"}
    counted = {classes[s]: int(o.split('"')[1]) for s, p, o in found if p == f"{void}entities>"}
    instances = Counter(o for s, p, o in found if p == kind)
    assert {of: instances[of] for of in counted} == counted
    described = {f"<{PREFIXES[p]}" for p in ("void", "dcat", "dqv")}
    assert {of for of in instances if not of.startswith(tuple(described))} == set(counted)


def test_the_scores_of_the_model_that_made_it_are_told_and_no_other_s(tmp_path: Path) -> None:
    path, scores = small_graph(tmp_path), shipped_scores()
    assert scores["model"] == model_version(ExtractConfig()), "the shipped model has no scores: train it again"
    asked = (
        "SELECT ?value { ?build kg:model ?model ; prov:wasAssociatedWith/dqv:hasQualityMeasurement ?m . "
        '?m dqv:value ?value ; dqv:isMeasurementOf/skos:definition "F1 of the model on held-out papers: entity" }'
    )
    for model, told in ((scores["model"], [(str(scores["held out"]["entity"]["f1"]),)]), ("mine-1", [])):
        with Store(path) as store:
            store.clear(["runs"])
            store.add(Run, [Run(version="0.1.0", model=model, config="c", content="d")])
            write_rdf(store, tmp_path / "graph.ttl", format="ttl")
        assert solutions(tmp_path / "graph.ttl", asked) == told


def test_the_licence_of_the_graph_is_what_the_settings_say(graph: Path, tmp_path: Path) -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    for chosen, told in ((ExportConfig(licence=licence), [(licence,)]), (ExportConfig(), [])):
        with Store(graph, read_only=True) as store:
            write_rdf(store, tmp_path / "graph.ttl", format="ttl", config=chosen)
        assert solutions(tmp_path / "graph.ttl", "SELECT ?l { ?d a void:Dataset ; dcterms:license ?l }") == told
