"""Pages of a part of a graph: from Python, from the command line, and what is said where nothing fits."""

import html
import re
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.errors import QueryError, StoreError
from kg.graph import Graph
from tests.graphs import small_graph
from tests.test_cli import fault
from tests.test_cli import kg as run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("viewing")
    small_graph(made / "exports")
    return made


@pytest.fixture(scope="module")
def graph(folder: Path) -> Iterator[Graph]:
    with kg.open(folder / "exports") as opened:
        yield opened


def test_a_view_says_what_it_shows(graph: Graph) -> None:
    view = graph.view(around="gsm8k", since=2022)
    assert view.told == "around GSM8K, since 2022" and view.name == "view-around-gsm8k-since-2022"
    assert "<h1>Around GSM8K, since 2022: 3 papers</h1>" in view.html
    assert f'"partOf":{len(graph.papers())}' in view.html
    assert "around GSM8K" in repr(view)


def test_a_view_of_everything_is_the_exported_page(graph: Graph, tmp_path: Path) -> None:
    [page] = graph.export("html", folder=tmp_path)
    view = graph.view()
    assert view.told == "" and view.html == page.read_text(encoding="utf-8")
    assert view.write(tmp_path / "again.html").read_bytes() == page.read_bytes()


def test_the_same_part_gives_the_same_page(graph: Graph) -> None:
    assert graph.view(around=["BERT", "GSM8K"]).html == graph.view(around=["BERT", "GSM8K"]).html
    assert graph.view(graph.select(papers_about="BERT")).html == graph.view(papers_about="BERT").html


def test_a_notebook_shows_the_page_in_a_frame_that_is_shut_off(graph: Graph) -> None:
    view = graph.view(around="GSM8K", height=321)
    shown = view._repr_html_()
    assert 'height="321"' in shown
    [sandbox] = re.findall(r'sandbox="([^"]*)"', shown)
    assert "allow-scripts" in sandbox and "allow-same-origin" not in sandbox
    [inside] = re.findall(r'srcdoc="([^"]*)"', shown)
    assert html.unescape(inside) == view.html


def test_hostile_text_in_a_heading_is_text(graph: Graph) -> None:
    hostile = 'x"<y>/../%20é'
    view = graph.view(around=hostile)
    title = graph.paper(hostile).title
    assert "<script>" in title and f"Around {title}" not in view.html
    assert f"Around {html.escape(title, quote=False)}".split("&#")[0][:20] in view.html
    assert "<script>" not in re.sub(r"srcdoc=\"[^\"]*\"", "", view._repr_html_())
    assert "/" not in view.name
    called = graph.view(query="SELECT ?p { ?p kg:uses [] }", called="a\ud800<b>\nc.rq")
    assert "A" in called.html and "\ud800" not in called.html


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"around": "GSM8KK"}, "around: no entity or paper is called 'GSM8KK'; did you mean 'GSM8K'"),
        ({"around": ""}, "nothing asked for"),
        ({"papers_about": "Attention Is All You Need"}, "is a paper; give an entity"),
        ({"since": 2999}, "nothing in this graph is since 2999; its papers are of 2017 to"),
        ({"query": "SELECT ?x { ?x"}, "query:1:"),
        ({"around": "BERT", "hops": -1}, "hops -1: wants 0 or more"),
    ],
)
def test_what_cannot_be_shown_is_told(graph: Graph, asked: dict[str, str], said: str) -> None:
    with pytest.raises(QueryError) as told:
        graph.view(**asked)  # type: ignore[arg-type]
    assert said in str(told.value)


def test_a_place_that_cannot_be_written_is_told_and_leaves_nothing(graph: Graph, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="give another place"):
        graph.view(around="BERT").write(tmp_path / "file" / "page.html")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    (tmp_path / "page.html").write_text("the earlier one")
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
        with pytest.raises(StoreError, match="File too large"):
            graph.view(around="BERT").write(tmp_path / "page.html")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "page.html"]
    assert (tmp_path / "page.html").read_text() == "the earlier one"


def test_a_view_of_an_empty_graph_is_a_page(tmp_path: Path) -> None:
    from kg.store import Store

    Store(tmp_path / "graph.duckdb").close()
    with kg.open(tmp_path) as empty:
        assert "0 papers" in empty.view().html
        with pytest.raises(QueryError, match="nothing in the graph comes near"):
            empty.view(around="BERT")
        with pytest.raises(QueryError, match="the year of none of its papers is known"):
            empty.view(since=2020)


def test_the_command_writes_a_page_named_for_the_part(folder: Path) -> None:
    out, err = run("view", "--around", "GSM8K", "--hops", "1", "--no-open", cwd=folder)
    assert out == "exports/view-around-gsm8k-within-1-step.html\n" and err == ""
    assert "Around GSM8K, within 1 step" in (folder / out.strip()).read_text(encoding="utf-8")


def test_the_command_opens_the_browser(folder: Path, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    run(
        "view",
        "exports",
        "--papers-about",
        "BERT",
        "-o",
        tmp_path / "p.html",
        cwd=folder,
        env={"BROWSER": str(browser)},
    )
    assert (tmp_path / "opened").read_text() == (tmp_path / "p.html").as_uri()


def test_the_command_takes_a_query_from_a_file(folder: Path, tmp_path: Path) -> None:
    query = tmp_path / "datasets.rq"
    query.write_text("SELECT ?dataset { ?p kg:uses ?dataset . ?dataset a kg:Dataset }")
    out, _ = run("view", "-q", query, "--until", "2020", "--no-open", cwd=folder)
    assert "<h1>Datasets.rq, until 2020: " in (folder / out.strip()).read_text(encoding="utf-8")
    assert "cannot be read" in fault("view", "-q", tmp_path / "none.rq", "--no-open", cwd=folder)
    assert "did you mean 'GSM8K'" in fault("view", "--around", "GSM8KK", "--no-open", cwd=folder)
    assert "no such graph" in fault("view", tmp_path, "--no-open", cwd=folder)


def test_the_command_alone_opens_the_page_of_the_graph_and_writes_it_where_it_is_old(folder: Path) -> None:
    page = folder / "exports" / "graph.html"
    page.unlink(missing_ok=True)
    assert run("view", "--no-open", cwd=folder)[0] == "exports/graph.html\n"
    page.write_text("kept")
    run("view", "--no-open", cwd=folder)
    assert page.read_text() == "kept"
