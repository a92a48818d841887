"""What ships as an example is true to form, and runs."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

import kg
from kg.config import Config, ExtractConfig
from kg.query import find_queries, run_query, to_sparql
from kg.text import arxiv_id, clean, doi, title_key
from tests.examples import EXAMPLES, ROOT, example_papers
from tests.graphs import small_graph

NOTEBOOK = EXAMPLES / "tour.ipynb"
QUERIES = sorted((EXAMPLES / "queries").glob("*.rq"))


# ---- the papers


def on_arxiv() -> list[dict[str, Any]]:
    """Return the papers that are on arXiv: all but those that carry a DOI instead."""
    return [paper for paper in example_papers() if not doi(paper.get("doi", "") or paper["url"])]


def test_there_are_forty_papers_each_with_an_id_of_its_own() -> None:
    papers = example_papers()
    assert len(papers) == 40
    ids = [paper["id"] for paper in papers]
    assert len(set(ids)) == 40
    assert ids == sorted(ids)
    assert len({title_key(paper["title"]) for paper in papers}) == 40


def test_a_papers_year_and_address_fit_its_arxiv_id() -> None:
    assert len(on_arxiv()) >= 38
    for paper in on_arxiv():
        assert arxiv_id(paper["id"]) == paper["id"]
        assert paper["url"] == f"https://arxiv.org/abs/{paper['id']}"
        new = re.fullmatch(r"(\d\d)(0[1-9]|1[0-2])\.\d{4,5}", paper["id"])
        if new:
            assert abs(paper["year"] - (2000 + int(new[1]))) <= 1, paper["id"]
            # Five digits since January 2015 (https://info.arxiv.org/help/arxiv_identifier.html).
            assert (len(paper["id"]) == 10) == (int(new[1]) >= 15), paper["id"]


def test_every_paper_has_title_authors_and_an_abstract_of_some_sentences() -> None:
    for paper in example_papers():
        assert set(paper) >= {"id", "title", "abstract", "year", "authors"}
        assert paper["authors"]
        assert all(author.strip() == author and author for author in paper["authors"])
        assert 3 <= len(re.findall(r"[.?!](?:\s|$)", paper["abstract"])) <= 12, paper["id"]
        for text in (paper["title"], paper["abstract"], *paper["authors"]):
            assert text == clean(text).strip()
            assert "  " not in text


def test_the_papers_are_read_as_they_stand() -> None:
    read = list(kg.read_papers(EXAMPLES / "papers.jsonl"))
    assert [(p.id, p.title, p.abstract, p.year) for p in read] == [
        (p["id"], p["title"], p["abstract"], p["year"]) for p in example_papers()
    ]
    assert [p.id for p in read if p.arxiv_id == p.id] == [p["id"] for p in on_arxiv()]
    assert all(p.arxiv_id or p.doi for p in read)


# ---- the graph of them


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kg.Graph]:
    with kg.build(
        EXAMPLES / "papers.jsonl",
        tmp_path_factory.mktemp("example"),
        config=Config(extract=ExtractConfig(workers=1)),
        formats=(),
    ) as graph:
        yield graph


def test_the_example_makes_a_graph_worth_looking_at(example: kg.Graph) -> None:
    counts = example.counts()
    assert counts["papers"] == 40
    assert counts["links"] >= 40
    linked = {paper for link in example.links() for paper in (link.a, link.b)}
    assert len(linked) >= 30, "most papers share something telling with another"
    assert {entity.kind for entity in example.entities(least_papers=2)} == {"Method", "Dataset", "Task", "Metric"}


def test_every_offset_of_the_example_is_true(example: kg.Graph) -> None:
    texts = {paper.id: paper.text for paper in example.papers()}
    for paper, start, end, text in example.store.rows('SELECT paper, start, "end", text FROM mentions'):
        assert texts[paper][start:end] == text
    for claim in example.claims():
        assert texts[claim.paper][claim.start : claim.end] == claim.text
        for value in claim.values:
            assert texts[claim.paper][value.start : value.end] == value.text


# ---- the queries


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_graph(tmp_path_factory.mktemp("small")).parent


def test_every_query_ships_under_the_name_of_its_file() -> None:
    assert sorted(find_queries()) == [path.stem for path in QUERIES]
    assert len(QUERIES) >= 15


@pytest.mark.parametrize("path", QUERIES, ids=lambda p: p.stem)
def test_every_query_runs_as_a_file_and_by_name_and_finds_the_same(small: Path, path: Path) -> None:
    by_file = list(run_query(small, path.read_text(encoding="utf-8")))
    by_name = list(run_query(small, to_sparql(path.stem)))
    assert by_file == by_name


# ---- the notebook


def test_the_notebook_is_valid_and_holds_no_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[0].source.startswith("# ")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning", "ignore::ResourceWarning")
def test_the_notebook_runs_from_top_to_bottom(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(EXAMPLES)}}
    )
    client.execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in shown if output.output_type == "stream" and output.name == "stderr"]
    assert "<b>40</b> papers" in shown[0].data["text/html"]
    pictures = [output for output in shown if "image/png" in output.get("data", {})]
    assert len(pictures) == 4, "two of SPARQL, one of networkx, one of pandas"
