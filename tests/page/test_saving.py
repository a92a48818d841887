"""What the page saves of a selection: BibTeX that our reader takes, Turtle that says what the graph's RDF says."""

from pathlib import Path
from typing import Any

import pytest
import rdflib

import kg
from kg.config import ExportConfig
from kg.export import export_graph
from kg.page.writer import to_page
from kg.records import Paper
from kg.store import Store
from tests.page.test_browser import driver, facts, large, opened, page, wait  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser
KG = rdflib.Namespace("https://w3id.org/abstract-kg/ontology#")
#: Runs a function of the page that promises text.
_OF = "const done = arguments[arguments.length - 1]; {0}.then(done, (error) => done('error ' + error));"


def saved(driver: Any, call: str) -> str:  # noqa: F811
    return str(driver.execute_async_script(_OF.format(call)))


def test_every_paper_is_in_the_bibtex_and_reads_back(driver: Any, page: Path, tmp_path: Path) -> None:  # noqa: F811
    opened(driver, page)
    text = saved(driver, "bibtexOf(selected().papers)")
    (tmp_path / "papers.bib").write_text(text, encoding="utf-8")
    read = {paper.title: paper for paper in kg.read_papers(tmp_path / "papers.bib", on_error="skip")}
    titles = driver.execute_script("return graph.title")
    assert text.count("\n}\n") == len(titles)
    # Our reader wants an abstract, which an editorial has not.
    assert set(read) == set(titles) - {"An Editorial"}
    attention = read["Attention Is All You Need"]
    assert (attention.arxiv_id, attention.year) == ("1706.03762", 2017)
    assert attention.authors[0] == "Ashish Vaswani"


@pytest.mark.parametrize(
    "title",
    [
        "} @misc{x, title={y",
        "100% & $5 #1 a_b ^ ~",
        "back\\slash \\input{x}",
        'a "quote" <img src=x onerror=1>',
        "x\n\ny\u202e",
    ],
)
def test_hostile_titles_stay_one_entry_of_bibtex(driver: Any, page: Path, tmp_path: Path, title: str) -> None:  # noqa: F811
    opened(driver, page)
    text = str(
        driver.execute_async_script(
            "const done = arguments[arguments.length - 1]; graph.title[1] = arguments[0]; bibtexOf([1]).then(done)",
            title,
        )
    )
    assert text.count("\n@") == 0 and text.startswith("@")
    (tmp_path / "one.bib").write_text(text, encoding="utf-8")
    [paper] = kg.read_papers(tmp_path / "one.bib")
    # Our reader drops braces, and takes a circumflex for the accent.
    plain = str.maketrans("ˆ", "^", "{}\u202e")
    assert paper.title.translate(plain).split() == title.translate(plain).split()


def test_the_turtle_of_everything_says_what_the_graph_s_own_says(driver: Any, page: Path, tmp_path: Path) -> None:  # noqa: F811
    opened(driver, page)
    saying = rdflib.Graph().parse(
        data=saved(driver, "turtleOf(selected().papers, selected().entities)"), format="turtle"
    )
    with Store(page.parent / "graph.duckdb", read_only=True) as store:
        export_graph(store, tmp_path, format="ttl", config=ExportConfig(depth=("abstracts", "links", "sentences")))
        papers = store.count("papers")
    whole = rdflib.Graph().parse(tmp_path / "graph.ttl", format="turtle")
    named = {t for t in saying if not any(isinstance(term, rdflib.BNode) for term in t)}
    assert {t for t in named if t not in whole} == set()
    assert len(set(saying.subjects(rdflib.RDF.type, rdflib.URIRef("https://schema.org/ScholarlyArticle")))) == papers
    for role in ("introduces", "uses", "mentions", "sharesEntitiesWith"):
        assert set(saying.subject_objects(KG[role])) == set(whole.subject_objects(KG[role]))
    relations = set(saying.subjects(rdflib.RDF.type, KG.Relation))
    assert len(relations) == len(set(whole.subjects(rdflib.RDF.type, KG.Relation)))
    assert all((relation, KG.evidence, None) in saying for relation in relations)


def test_a_chosen_entity_alone_is_saved_with_its_neighbours(driver: Any, page: Path) -> None:  # noqa: F811
    opened(driver, page, "#entity=GSM8K&kind=Dataset")
    facts(driver, "Used by")
    papers = driver.execute_script("return selected().papers.map((n) => graph.title[n])")
    assert 1 < len(papers) < len(driver.execute_script("return graph.title"))
    text = saved(driver, "bibtexOf(selected().papers)")
    assert text.count("\n}\n") == len(papers)
    nodes = driver.execute_script("return shownNodesAsCsv()")
    assert '"GSM8K"' in nodes and '"BERT"' not in nodes


def test_communities_folded_to_discs_cannot_be_saved_and_the_page_says_so(driver: Any, large: Path) -> None:  # noqa: F811
    opened(driver, large)
    driver.execute_script("document.getElementById('save').open = true")
    driver.find_element("css selector", "[data-save=bibtex]").click()
    wait(lambda: "open a community" in driver.find_element("id", "status").text, "the words")


def test_a_page_of_very_many_entities_names_them_by_blank_nodes(
    driver: Any,  # noqa: F811
    page: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kg.page.writer._IRIS", 3)
    with Store(page.parent / "graph.duckdb", read_only=True) as store:
        (tmp_path / "graph.html").write_text(to_page(store), encoding="utf-8")
        first = next(iter(store.fetch(Paper)))
    opened(driver, tmp_path / "graph.html")
    text = saved(driver, "turtleOf(selected().papers, selected().entities)")
    saying = rdflib.Graph().parse(data=text, format="turtle")
    used = set(saying.objects(None, KG.uses))
    assert first.id in text and used
    assert all(isinstance(one, rdflib.BNode) and (one, None, None) in saying for one in used)
