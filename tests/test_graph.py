"""The Python face: every public name, every method of a graph, and how it shows itself."""

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import networkx as nx
import pytest
import rdflib

import kg
from kg.config import Config, ExportConfig
from kg.errors import ConfigError, KGError, QueryError, StoreError, UnknownFormatError
from kg.facts import EntityFacts, PaperFacts
from kg.graph import settings
from kg.records import Claim, Entity, Link, Paper, Relation, Role, entity_id
from kg.stages import open_for_writing
from kg.store import TABLES, Store
from tests.graphs import PAPERS, small_graph

ROOT = Path(__file__).parents[1]
HOSTILE = 'x"<y>/../%20é'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_graph(tmp_path_factory.mktemp("small")).parent


@pytest.fixture(scope="module")
def graph(folder: Path) -> Iterator[kg.Graph]:
    with kg.open(folder) as opened:
        yield opened


# ---- the front door


def test_every_public_name_is_there_and_documented() -> None:
    assert kg.__all__ == sorted(kg.__all__, key=lambda n: (n.islower(), n))
    assert dir(kg) == sorted(kg.__all__)
    for name in kg.__all__:
        thing = getattr(kg, name)
        if callable(thing):
            assert inspect.getdoc(thing), name


def test_every_method_of_a_graph_is_documented_and_typed() -> None:
    for name, method in inspect.getmembers(kg.Graph, inspect.isfunction):
        assert inspect.getdoc(method), name
        assert "return" in method.__annotations__ or name == "__init__", name


def test_a_name_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'opne'; it has Config, Graph"):
        kg.opne  # noqa: B018


def test_the_version_is_a_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", kg.__version__)


def test_a_star_import_brings_the_public_names() -> None:
    code = "from kg import *; build, Graph, KGError, read_papers, load_config; print('there')"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True).stdout == b"there\n"


# ---- opening and closing


def test_a_graph_is_opened_by_its_folder_its_file_or_their_names(folder: Path) -> None:
    for place in (folder, str(folder), folder / "graph.duckdb"):
        with kg.open(place) as graph:
            assert graph.folder == folder
            assert graph.counts()["papers"] == len(PAPERS)
            assert graph.built is None


def test_a_graph_that_is_not_there_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such graph; make one with 'kg build PAPERS -o "):
        kg.open(tmp_path)
    with pytest.raises(KGError):
        kg.open(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_a_closed_graph_says_so(folder: Path) -> None:
    graph = kg.open(folder)
    graph.close()
    graph.close()
    assert repr(graph) == "<kg.Graph graph.duckdb (closed)>"
    with pytest.raises(StoreError, match=r"this graph was closed; open it again with kg\.open"):
        graph.entities()


def test_an_open_graph_does_not_hinder_a_change_and_goes_on_showing_the_old(tmp_path: Path) -> None:
    small_graph(tmp_path)
    with kg.open(tmp_path) as old:
        with open_for_writing(old.path) as store:
            store.clear(["links"])
        with kg.open(tmp_path) as new:
            assert new.links() == []
            assert old.links()


def test_a_graph_can_be_read_while_it_is_being_asked(graph: kg.Graph) -> None:
    pairs = [(role.entity, graph.entity(role.entity).name) for role in graph.roles()]
    assert len(pairs) == graph.store.count("denotations")


# ---- asking


def test_entities_come_with_most_papers_first_and_by_kind(graph: kg.Graph) -> None:
    found = graph.entities()
    assert len(found) == graph.counts()["entities"]
    assert [e.papers for e in found] == sorted((e.papers for e in found), reverse=True)
    datasets = graph.entities(kind="dataset", least_papers=3)
    assert [e.name for e in datasets] == ["GLUE", "GSM8K"]
    assert graph.entities(kind="Nonsense") == []


def test_an_entity_is_found_by_any_of_its_names(graph: kg.Graph) -> None:
    assert graph.entity("CoT") == graph.entity("chain of thought prompting")
    assert graph.entity("MT").kind == "Task"
    assert graph.entity("MT", kind="method").name == "multi-task learning"
    assert graph.entity(entity_id("Method", "BERT")).name == "BERT"


def test_what_is_no_entity_is_told(graph: kg.Graph) -> None:
    with pytest.raises(QueryError, match="did you mean 'BERT'"):
        graph.entity("BRET")
    with pytest.raises(QueryError, match="is a paper"):
        graph.entity("1706.03762")
    with pytest.raises(QueryError):
        graph.entity("BERT", kind="Dataset")


def test_papers_are_found_by_what_they_do_with_an_entity(graph: kg.Graph) -> None:
    assert [p.id for p in graph.papers(using="GLUE")] == ["1810.04805", "1901.11504", "1907.11692"]
    assert [p.id for p in graph.papers(introducing="bert")] == ["1810.04805"]
    assert [p.id for p in graph.papers(mentioning="next sentence prediction")] == ["1907.11692"]
    assert [p.id for p in graph.papers(about="BERT")] == ["1810.04805", "1901.11504", "1907.11692"]
    assert [p.id for p in graph.papers(using="GLUE", year=2019)] == ["1901.11504", "1907.11692"]
    assert [p.id for p in graph.papers(using="GLUE", about="RACE")] == ["1907.11692"]
    assert len(graph.papers()) == len(PAPERS)
    with pytest.raises(QueryError, match="GLEU"):
        graph.papers(using="GLEU")


def test_a_paper_is_found_by_any_of_its_names(graph: kg.Graph) -> None:
    assert graph.paper("arXiv:1706.03762v2").title == "Attention Is All You Need"
    assert graph.paper(HOSTILE).id == HOSTILE
    with pytest.raises(QueryError, match="is an entity"):
        graph.paper("BERT")


def test_claims_are_found_by_entity_type_and_paper(graph: kg.Graph) -> None:
    assert len(graph.claims()) == graph.counts()["claims"]
    about = graph.claims(about="BERT", type="contribution")
    assert [(c.paper, c.predicate) for c in about] == [("1810.04805", "introduces")]
    assert {c.paper for c in graph.claims(paper="PAL: Programs as Reasoning")} == {"2211.10435"}
    assert all(isinstance(c, Claim) for c in graph.claims(about="GSM8K"))


def test_relations_are_found_by_entity_and_predicate(graph: kg.Graph) -> None:
    assert len(graph.relations()) == graph.counts()["relations"]
    found = graph.relations(about="BERT", predicate="outperforms")
    assert [(r.subject, r.object) for r in found] == [("MT-DNN", "BERT"), ("RoBERTa", "BERT")]
    assert all(isinstance(r, Relation) for r in found)


def test_links_come_with_the_strongest_first(graph: kg.Graph) -> None:
    weights = [link.weight for link in graph.links()]
    assert weights == sorted(weights, reverse=True)
    assert all("1810.04805" in (link.a, link.b) for link in graph.links(of="1810.04805"))
    assert graph.links(of="empty-1") == []
    assert all(isinstance(link, Link) for link in graph.links())


def test_everything_known_is_shown(graph: kg.Graph) -> None:
    assert isinstance(graph.show("BERT"), EntityFacts)
    assert isinstance(graph.show(HOSTILE), PaperFacts)


def test_roles_are_the_edges_of_papers_to_entities(graph: kg.Graph) -> None:
    roles = list(graph.roles())
    assert {role.role for role in roles} == set(Role)
    known = {e.id for e in graph.entities()}
    assert {role.entity for role in roles} <= known


def test_sparql_is_asked_without_writing_prefixes(graph: kg.Graph) -> None:
    asked = 'SELECT ?title { ?paper kg:uses ?e ; dcterms:title ?title . ?e skos:prefLabel "RACE"@en }'
    rows = list(graph.query(asked)) or list(graph.query(asked.replace("@en", "")))
    assert len(rows) == 2
    with pytest.raises(QueryError):
        graph.query("SELECT {")


# ---- views


def test_the_network_has_a_node_for_every_paper_and_entity(graph: kg.Graph) -> None:
    network = graph.to_networkx()
    assert isinstance(network, nx.MultiDiGraph)
    assert network.number_of_nodes() == graph.counts()["papers"] + graph.counts()["entities"]


def test_the_rdf_is_an_rdflib_graph(graph: kg.Graph) -> None:
    triples = graph.to_rdflib()
    assert isinstance(triples, rdflib.Graph)
    titles = {str(title) for title in triples.objects(None, rdflib.DCTERMS.title)}
    assert {paper.title for paper in graph.papers()} <= titles


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_a_data_frame(graph: kg.Graph, table: str) -> None:
    frame = graph.to_pandas(table)
    assert len(frame) == graph.store.count(table)
    assert list(frame.columns) == list(TABLES[table].__dataclass_fields__)  # type: ignore[attr-defined]


def test_an_unknown_table_lists_the_known_ones(graph: kg.Graph) -> None:
    for name in ("paper", "inputs", "papers; DROP TABLE papers"):
        with pytest.raises(QueryError, match=r"no table .*; known: papers, sentences"):
            graph.to_pandas(name)


def test_views_are_written_beside_the_graph_or_elsewhere(tmp_path: Path) -> None:
    small_graph(tmp_path)
    with kg.open(tmp_path) as graph:
        assert graph.export("report") == [tmp_path / "report.md"]
        paths = graph.export("graphml", "report", folder=tmp_path / "out")
        assert [p.relative_to(tmp_path).as_posix() for p in paths] == ["out/graph.graphml", "out/report.md"]
        chosen = Config(export=ExportConfig(formats=("csv",)))
        assert graph.export(folder=str(tmp_path / "more"), config=chosen) == [tmp_path / "more" / "csv"]
        with pytest.raises(UnknownFormatError):
            graph.export("report", "pdf", folder=tmp_path / "none")
        assert not (tmp_path / "none").exists(), "all names are looked at before anything is written"


# ---- settings


def test_settings_are_those_given_or_of_a_file_or_of_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings(None) == Config()
    Path("other.toml").write_text("[link]\nneighbours = 3\n")
    assert settings("other.toml").link.neighbours == 3
    Path("kg.toml").write_text("[link]\nneighbours = 4\n")
    assert settings(None).link.neighbours == 4
    given = Config()
    assert settings(given) is given
    with pytest.raises(ConfigError):
        settings("none.toml")


def test_unknown_formats_are_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError):
        kg.build(tmp_path / "none.jsonl", tmp_path / "out", formats=["pdf"])
    assert not (tmp_path / "out").exists()


# ---- showing itself


def test_a_graph_says_what_it_holds(graph: kg.Graph) -> None:
    assert repr(graph) == ("<kg.Graph graph.duckdb: 9 papers, 29 entities, 13 claims, 24 relations, 10 links>")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert attrs == []

    def handle_data(self, data: str) -> None:
        self.text += data


def test_in_a_notebook_it_shows_counts_and_entities_as_text_not_markup(tmp_path: Path) -> None:
    name = '<script>alert("x")</script> & <img src=x onerror=alert(1)>'
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(Entity, [Entity(id=entity_id("<b>", name), name=name, kind="<b>K</b>", papers=1_234, mentions=2)])
        store.add(Paper, [Paper(id="1", title="T", abstract="A")])
    with kg.open(tmp_path) as graph:
        parsed = _Tags()
        parsed.feed(graph._repr_html_())
    assert parsed.tags == {"p", "b", "table", "tr", "th", "td"}
    assert name in parsed.text
    assert "<b>K</b>" in parsed.text


def test_in_a_notebook_an_empty_and_a_closed_graph_show_themselves_too(tmp_path: Path) -> None:
    Store(tmp_path / "graph.duckdb").close()
    graph = kg.open(tmp_path)
    assert "0</b> papers" in graph._repr_html_()
    graph.close()
    assert "closed" in graph._repr_html_()
