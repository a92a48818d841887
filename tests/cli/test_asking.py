"""`kg query` from outside: what it lists, sets, indexes and opens."""

from pathlib import Path

import pytest

from kg.query import find_queries
from kg.query.indexed import FOLDER
from tests.graphs import small_graph
from tests.test_cli import fault, kg


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cli")
    small_graph(made / "exports")
    return made


def test_a_name_that_is_not_given_lists_the_names(folder: Path) -> None:
    listed, _ = kg("query", "--list", cwd=folder)
    assert [line.split()[0] for line in listed.splitlines()] == list(find_queries())
    assert kg("query", "--name", cwd=folder)[0] == listed
    assert kg("query", "exports", "--name", "--format", "csv", cwd=folder)[0] == listed


def test_parameters_are_set_in_shipped_queries_and_in_files(folder: Path, tmp_path: Path) -> None:
    out, _ = kg("query", "--name", "evaluated-on", "--set", "dataset=gsm8k", "-f", "csv", cwd=folder)
    assert "PAL" in out
    assert "RoBERTa" not in out
    hostile = 'x" } { ?s ?p ?o } #'
    out, _ = kg("query", "--name", "evaluated-on", "--set", f"dataset={hostile}", "-f", "csv", cwd=folder)
    assert len(out.splitlines()) == 1
    mine = tmp_path / "mine.rq"
    mine.write_text(
        "# Mine\n# Papers of a name.\n# name: the name\n"
        'SELECT ?p { VALUES ?name { "BERT" } ?p kg:uses/skos:prefLabel ?name }\n'
    )
    assert len(kg("query", "-q", mine, "-f", "csv", cwd=folder)[0].splitlines()) == 3
    assert len(kg("query", "-q", mine, "--set", "name=none", "-f", "csv", cwd=folder)[0].splitlines()) == 1
    assert "no parameter 'nome'; known: name=BERT" in fault("query", "-q", mine, "--set", "nome=x", cwd=folder)


@pytest.mark.parametrize("words", [("--set", "entity"), ("--set", "=x"), ("--set", "entity=a", "--set", "entity=b")])
def test_a_parameter_that_is_half_or_twice_is_refused(folder: Path, words: tuple[str, ...]) -> None:
    kg("query", "--name", "trend", *words, cwd=folder, code=2)
    kg("query", "exports", "ASK {}", "--set", "entity=a", cwd=folder, code=2)


def test_a_fault_points_into_the_file_with_a_caret(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.rq").write_text("SELECT ?s {\n  ?s foo:bar ?o }\n", encoding="utf-8")
    told = fault("query", "-q", tmp_path / "mine.rq", cwd=folder).split("\n")
    assert told[0].startswith(f"{tmp_path / 'mine.rq'}:2:6: unknown prefix 'foo:'")
    assert told[1:] == ["      ?s foo:bar ?o }", "         ^"]


def test_memory_and_disk_answer_alike(folder: Path) -> None:
    words = ("query", "exports", "--name", "top-datasets")
    expected = kg(*words, cwd=folder)
    assert not (folder / "exports" / FOLDER).exists()
    assert kg(*words, "--on-disk", cwd=folder) == expected
    assert (folder / "exports" / FOLDER).is_dir()
    (folder / "kg.toml").write_text('[query]\nmemory_triples = 10\nfolder = "indexes"\n', encoding="utf-8")
    assert kg(*words, cwd=folder) == expected
    assert (folder / "indexes" / "seen.json").is_file()
    assert kg(*words, "--in-memory", cwd=folder) == expected
    (folder / "kg.toml").unlink()


def test_results_are_opened_as_a_page_of_what_they_name(folder: Path, tmp_path: Path) -> None:
    asked = "SELECT ?paper ?e { ?paper kg:uses ?e . ?e skos:prefLabel 'GLUE' }"
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n', encoding="utf-8")
    browser.chmod(0o755)
    out, told = kg("query", "exports", asked, "--open", "-f", "csv", cwd=folder, env={"BROWSER": str(browser)})
    assert len(out.splitlines()) == 4
    [page] = (folder / "exports").glob("view-*.html")
    assert str(page.relative_to(folder)) in told
    assert opened.read_text(encoding="utf-8").strip() == page.as_uri()
    shown = page.read_text(encoding="utf-8")
    assert "GLUE" in shown
    assert "GSM8K" not in shown
    kg("query", "--name", "trend", "--page", tmp_path / "x.html", cwd=folder, code=1)
    kg("query", "exports", asked, "--page", tmp_path / "x.html", cwd=folder)
    assert (tmp_path / "x.html").read_text(encoding="utf-8") == shown
