"""Each claim is a nanopublication that the nanopub package takes, under the trusty IRI that it computes."""

import warnings
from collections import defaultdict
from pathlib import Path

import pyoxigraph
import pytest
import rdflib

from kg.config import ExportConfig
from kg.rdf import write_rdf
from kg.store import Store
from tests.graphs import small_graph
from tests.rdf.test_export import solutions, with_shared_statements

BASE = ExportConfig().base


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("graph")
    with Store(with_shared_statements(small_graph(made)), read_only=True) as store:
        write_rdf(store, made / "nanopubs.trig", format="nanopub")
        write_rdf(store, made / "graph.ttl", format="ttl")
    return made


def nanopubs(path: Path) -> dict[str, list[pyoxigraph.Quad]]:
    """Return the quads of each nanopublication by its IRI."""
    found = defaultdict(list)
    for quad in pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TRIG):
        found[quad.graph_name.value.partition("#")[0]].append(quad)
    return dict(found)


def test_every_claim_has_one(folder: Path) -> None:
    claims = {row[0] for row in solutions(folder / "graph.ttl", "SELECT ?c { ?c a kg:Claim }")}
    introduced = [
        quad.object.value  # type: ignore[union-attr]
        for quads in nanopubs(folder / "nanopubs.trig").values()
        for quad in quads
        if quad.predicate.value == "http://purl.org/nanopub/x/introduces"
    ]
    assert sorted(introduced) == sorted(claims)
    assert len(claims) > 10


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the package uses what rdflib deprecates
def test_the_nanopub_package_finds_each_valid_and_its_trusty_iri_right(folder: Path) -> None:
    package = pytest.importorskip("nanopub")
    from nanopub.sign_utils import verify_trusty

    for iri, quads in nanopubs(folder / "nanopubs.trig").items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            graph = rdflib.ConjunctiveGraph()
            graph.parse(data="\n".join(f"{quad} ." for quad in quads), format="nquads")
        one = package.Nanopub(rdf=graph)
        assert one.is_valid
        assert one.metadata.trusty == iri.rpartition("/")[2]
        assert verify_trusty(one.rdf, iri, one.metadata.namespace)


def test_provenance_tells_sentence_offsets_paper_score_component_and_model(folder: Path) -> None:
    with Store(folder / "graph.duckdb", read_only=True) as store:
        papers = {paper: (title, f"{title}\n\n{abstract}") for paper, title, abstract in store.rows(
            "SELECT id, title, abstract FROM papers")}  # fmt: skip
        [[made]] = store.rows("SELECT model FROM runs") or [("",)]
    asked = (
        "SELECT ?id ?title ?begin ?end ?quote ?score ?component WHERE { GRAPH ?head { ?np a "
        "<http://www.nanopub.org/nschema#Nanopublication> ; <http://www.nanopub.org/nschema#hasAssertion> ?assertion ; "
        "<http://www.nanopub.org/nschema#hasProvenance> ?provenance } GRAPH ?provenance { "
        "?assertion prov:wasDerivedFrom ?sentence ; kg:score ?score ; prov:wasAttributedTo ?component . "
        "?sentence nif:beginIndex ?begin ; nif:endIndex ?end ; nif:anchorOf ?quote ; schema:isPartOf ?paper . "
        "?paper dcterms:title ?title ; dcterms:identifier ?id } }"
    )
    rows = [row for row in solutions(folder / "nanopubs.trig", asked) if row[0] in papers]
    assert len(rows) > 10
    for paper, title, begin, end, quote, score, component in rows:
        assert papers[paper][0] == title
        assert papers[paper][1][int(begin) : int(end)] == quote
        assert 0 <= float(score) <= 1
        assert component.startswith(f"{BASE}component/")
    if made:
        builds = solutions(
            folder / "nanopubs.trig",
            "SELECT DISTINCT ?build { GRAPH ?g { ?assertion prov:wasGeneratedBy ?build ; prov:wasDerivedFrom ?s } }",
        )
        assert len(builds) == 1


def test_a_claim_of_two_papers_is_one_with_both_for_evidence(folder: Path) -> None:
    rows = solutions(
        folder / "nanopubs.trig",
        "SELECT ?assertion (COUNT(DISTINCT ?paper) AS ?n) { GRAPH ?g { ?assertion prov:wasDerivedFrom ?sentence . "
        "?sentence schema:isPartOf ?paper } } GROUP BY ?assertion HAVING (COUNT(DISTINCT ?paper) > 1)",
    )
    assert [count for _, count in rows] == ["2"]


def test_a_licence_is_told_and_changes_the_iri_nothing_else_does(folder: Path) -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    with Store(folder / "graph.duckdb", read_only=True) as store:
        write_rdf(store, folder / "again.trig", format="nanopub", config=ExportConfig(depth=()))
        write_rdf(store, folder / "licensed.trig", format="nanopub", config=ExportConfig(licence=licence))
    assert (folder / "again.trig").read_bytes() == (folder / "nanopubs.trig").read_bytes()
    found = nanopubs(folder / "licensed.trig")
    assert not set(found) & set(nanopubs(folder / "nanopubs.trig"))
    assert all(any(str(quad.object) == f"<{licence}>" for quad in quads) for quads in found.values())
