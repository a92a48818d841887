"""The report counts what is there, in Markdown that no text can break."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.records import Entity, Link, Paper
from kg.report import to_report, write_report
from kg.store import Store
from tests.graphs import small_graph


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(small_graph(tmp_path_factory.mktemp("small")), read_only=True) as opened:
        yield opened


def cells(line: str) -> list[str]:
    """Return the cells of a Markdown table's row; an escaped bar is text."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def tables(report: str) -> list[list[list[str]]]:
    """Return the tables of a report: rows of cells, the head first."""
    found = re.findall(r"(?:^\|.*\n?)+", report, flags=re.MULTILINE)
    return [[cells(line) for line in table.splitlines()] for table in found]


def test_the_counts_are_those_of_the_store(store: Store) -> None:
    first = tables(to_report(store))[0]
    counts = {what: int(count.replace(",", "")) for what, count in first[2:]}
    assert counts
    for table, count in counts.items():
        assert store.count(table) == count


def test_every_table_has_as_many_cells_in_each_row_as_in_its_head(store: Store) -> None:
    found = tables(to_report(store))
    assert len(found) >= 8
    for table in found:
        assert len(table) > 2, "a table without rows is left out"
        assert {len(row) for row in table} == {len(table[0])}, table


def test_the_yield_names_the_papers_that_yielded_nothing(store: Store) -> None:
    report = to_report(store)
    assert "8 of 9 papers (89%) yielded an entity" in report
    assert "| empty-1 | An Editorial |" in report


def test_every_kind_has_its_most_shared_entities(store: Store) -> None:
    report = to_report(store)
    for kind in {entity.kind for entity in store.fetch(Entity)}:
        assert f"## {kind}: the most shared" in report
    assert "| BERT | 3 | 1 | 2 | 0 |" in report


def test_no_markup_of_a_paper_becomes_markup_of_the_report(store: Store) -> None:
    report = to_report(store)
    assert "<script>" not in report
    assert "<b>" not in report
    assert "&lt;b>Bold" in report


def test_the_report_says_what_made_it(store: Store) -> None:
    report = to_report(store)
    assert "kg 0.1.0, model abstracts@1, configuration 0123456789ab" in report
    assert store.fingerprint()[:16] in report
    assert str(store.path.parent) not in report


def test_the_report_is_the_same_every_time(store: Store) -> None:
    assert to_report(store) == to_report(store)


def test_the_file_is_the_report(store: Store, tmp_path: Path) -> None:
    write_report(store, tmp_path / "report.md")
    assert (tmp_path / "report.md").read_bytes() == to_report(store).encode()


def test_an_empty_graph_has_a_report_that_says_so(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        report = to_report(store)
    assert "The graph is empty" in report
    assert "## Strongest links" not in report


def test_a_title_of_bars_line_ends_and_backslashes_stays_in_its_cell(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        titles = ("a | b", "line\nend", "back\\slash|", "`code` *star* [x](javascript:alert(1))")
        store.add(Paper, [Paper(id=str(n), title=title, abstract="") for n, title in enumerate(titles)])
        store.add(Link, [Link(a="0", b="1", weight=3.5, entities=())])
        for table in tables(to_report(store)):
            assert {len(row) for row in table} == {len(table[0])}


def test_communities_are_named_by_what_their_papers_share(store: Store) -> None:
    report = to_report(store)
    section = report.partition("## Communities of papers")[2].partition("\n## ")[0]
    assert "BERT" in section
    assert "GSM8K" in section


def test_the_least_certain_of_both_sorts_and_what_people_decided_are_told(store: Store) -> None:
    report = to_report(store)
    assert "## Least certain merges" in report
    assert r"| BERT | BERT embeddings \| &lt;b> | 0.87 | 'embeddings' adds something |" in report
    assert "| GLUE | BERT |" not in report
    assert "1 of 2 decisions hold." in report
    assert "| 'no such &lt;name>' (Method) is no entity | no such &lt;name> |" in report
