"""Which records are one paper: by identifiers first, then by title; never by the order they came in."""

import dataclasses
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ReadError
from kg.identity import Settled, add_papers, remove_papers
from kg.records import Paper
from kg.store import Store

LONG = "A Long Enough Title to Tell Papers Apart"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "graph.duckdb") as opened:
        yield opened


def paper(name: str, title: str = "", *, source: str = "a.jsonl", abstract: str = "Text.", **fields: Any) -> Paper:
    return Paper(id=name, title=title or f"Title of {name}", abstract=abstract, sources=(source,), **fields)


def groups(store: Store) -> list[tuple[str, ...]]:
    return sorted(p.ids for p in store.fetch(Paper))


def settled(store: Store, *papers: Paper, on_error: str = "raise") -> list[tuple[str, ...]]:
    add_papers(store, papers, on_error=on_error)
    return groups(store)


def test_papers_that_share_nothing_are_two(store: Store) -> None:
    assert settled(store, paper("1"), paper("2")) == [("1",), ("2",)]


def test_one_arxiv_id_is_one_paper_whatever_the_title(store: Store) -> None:
    found = settled(
        store,
        paper("2310.01234", "First Title", arxiv_id="2310.01234"),
        paper("W12", "Second Title", arxiv_id="2310.01234", source="b.jsonl"),
    )
    assert found == [("2310.01234", "W12")]


def test_one_doi_is_one_paper_whatever_the_title(store: Store) -> None:
    found = settled(store, paper("a", "First", doi="10.1000/x"), paper("b", "Second", doi="10.1000/x"))
    assert found == [("a", "b")]


def test_a_record_with_both_identifiers_bridges_the_two(store: Store) -> None:
    found = settled(
        store,
        paper("a", "One", arxiv_id="2310.01234"),
        paper("b", "Two", doi="10.1000/x"),
        paper("c", "Three", arxiv_id="2310.01234", doi="10.1000/x"),
    )
    assert found == [("a", "b", "c")]


def test_titles_join_a_record_without_identifiers_to_one_with(store: Store) -> None:
    found = settled(
        store,
        paper("entry", "Graphs: An  introduction!", source="b.bib"),
        paper("2310.01234", "Graphs -- an Introduction", arxiv_id="2310.01234"),
    )
    assert found == [("2310.01234", "entry")]


def test_a_preprint_and_its_publication_join_by_a_telling_title(store: Store) -> None:
    assert settled(store, paper("a", LONG, arxiv_id="2310.01234"), paper("b", LONG.upper(), doi="10.1000/x")) == [
        ("a", "b")
    ]


def test_a_short_title_does_not_join_a_preprint_and_a_publication(store: Store) -> None:
    assert settled(store, paper("a", "Editorial", arxiv_id="2310.01234"), paper("b", "Editorial", doi="10.1/x")) == [
        ("a",),
        ("b",),
    ]


def test_one_title_with_two_arxiv_ids_is_two_papers(store: Store) -> None:
    found = settled(store, paper("a", LONG, arxiv_id="2310.01234"), paper("b", LONG, arxiv_id="2310.09999"))
    assert found == [("a",), ("b",)]


def test_one_title_with_two_dois_is_two_papers(store: Store) -> None:
    assert settled(store, paper("a", LONG, doi="10.1000/x"), paper("b", LONG, doi="10.1000/y")) == [("a",), ("b",)]


def test_papers_without_a_title_are_one_only_by_their_id(store: Store) -> None:
    empty = [Paper(id=i, title="?!", abstract="Text.", sources=("a",)) for i in "123"]
    assert settled(store, *empty) == [("1",), ("2",), ("3",)]


def test_a_paper_in_two_files_is_one_with_both_sources(store: Store) -> None:
    told = add_papers(store, [paper("1", source="a.jsonl"), paper("1", source="b.bib")])
    assert told == Settled(records=2, papers=1)
    [found] = store.fetch(Paper)
    assert found.sources == ("a.jsonl", "b.bib")
    assert found.ids == ("1",)


def test_the_first_by_id_stands_and_the_next_fill_what_it_lacks(store: Store) -> None:
    add_papers(
        store,
        [
            paper("b", LONG, abstract="B's text.", year=2019, venue="NeurIPS", arxiv_id="2310.01234", authors=("B",)),
            paper("a", LONG, abstract="A's text.", year=2020, keywords=("k",)),
        ],
    )
    [found] = store.fetch(Paper)
    assert (found.id, found.abstract, found.year) == ("a", "A's text.", 2020)
    assert (found.venue, found.arxiv_id, found.authors, found.keywords) == ("NeurIPS", "2310.01234", ("B",), ("k",))
    assert found.ids == ("a", "b")


RECORDS = [
    paper("z", "Attention, and More of It, Please", arxiv_id="1706.03762", source="1"),
    paper("y", "Attention and more of it, please", doi="10.1000/a", source="2"),
    paper("x", "attention and more of it please", source="3", abstract="A longer text than the others have."),
    paper("w", "Editorial", doi="10.1000/b", source="1"),
    paper("v", "Editorial", source="2"),
    paper("u", "Untold", doi="10.1000/c", arxiv_id="2001.00001", source="1"),
    paper("t", "Told", doi="10.1000/c", source="2"),
    paper("t", "Told", doi="10.1000/c", source="3", abstract="Other text."),
]


def test_the_papers_do_not_depend_on_the_order_of_the_records(tmp_path: Path) -> None:
    seen = set()
    for seed in range(8):
        with Store(tmp_path / f"{seed}.duckdb") as store:
            add_papers(store, random.Random(seed).sample(RECORDS, len(RECORDS)))
            seen.add(tuple(store.fetch(Paper)))
    [papers] = seen
    assert [p.ids for p in papers] == [("t", "u"), ("v", "w"), ("x", "y", "z")]


def test_the_papers_do_not_depend_on_how_many_builds_brought_them(tmp_path: Path) -> None:
    with Store(tmp_path / "at-once.duckdb") as store:
        add_papers(store, RECORDS)
        expected = list(store.fetch(Paper))
    for order in itertools.islice(itertools.permutations(range(4)), 0, 24, 7):
        with Store(tmp_path / f"{'-'.join(map(str, order))}.duckdb") as store:
            for part in order:
                add_papers(store, RECORDS[part * 2 : part * 2 + 2])
            assert list(store.fetch(Paper)) == expected


def test_reading_a_file_again_replaces_its_records(store: Store) -> None:
    add_papers(store, [paper("1", "Old", abstract="Old text."), paper("2")])
    told = add_papers(store, [paper("1", "New", abstract="New text.")])
    assert told == Settled(records=2, papers=2)
    assert [(p.id, p.title, p.abstract) for p in store.fetch(Paper)] == [
        ("1", "New", "New text."),
        ("2", "Title of 2", "Text."),
    ]


def test_one_record_twice_in_a_file_is_one_and_the_longer_abstract_stands(store: Store) -> None:
    told = add_papers(store, [paper("1"), paper("1", abstract="A longer text."), paper("1")])
    assert told == Settled(records=1, papers=1)
    assert [p.abstract for p in store.fetch(Paper)] == ["A longer text."]


def test_two_papers_with_one_id_stop_the_build_and_nothing_is_kept(store: Store) -> None:
    add_papers(store, [paper("0")])
    with pytest.raises(ReadError, match=r"two different papers have the id '1'.*'--on-error skip'") as error:
        add_papers(store, [paper("1", "One Title"), paper("1", "Quite Another", source="b.jsonl"), paper("2")])
    assert "a.jsonl, b.jsonl" in str(error.value)
    assert groups(store) == [("0",)]
    assert store.count("inputs") == 1


def test_two_papers_with_one_id_in_one_file_stop_the_build_too(store: Store) -> None:
    with pytest.raises(ReadError, match="'1'"):
        add_papers(store, [paper("1", "One Title", doi="10.1000/x"), paper("1", "Another", doi="10.1000/y")])


def test_with_skip_the_same_one_of_two_papers_stands_whatever_the_order(tmp_path: Path) -> None:
    pair = [paper("1", "One Title", doi="10.1000/y"), paper("1", "Another", doi="10.1000/x", source="b"), paper("2")]
    seen = set()
    for number, order in enumerate(itertools.permutations(pair)):
        with Store(tmp_path / f"{number}.duckdb") as store:
            told = add_papers(store, order, on_error="skip")
            assert told.papers == 2
            [conflict] = told.conflicts
            assert "'1'" in conflict
            seen.add(tuple(p.title for p in store.fetch(Paper)))
    assert seen == {("Another", "Title of 2")}


def test_a_stream_that_fails_keeps_nothing_of_it(store: Store) -> None:
    def failing() -> Iterator[Paper]:
        yield paper("2")
        raise ReadError("b.jsonl:2: no 'title'; required")

    add_papers(store, [paper("1")])
    with pytest.raises(ReadError, match="no 'title'"):
        add_papers(store, failing())
    assert groups(store) == [("1",)]
    assert store.count("inputs") == 1


def test_a_removed_paper_is_gone_by_any_of_its_ids(tmp_path: Path) -> None:
    for name in ("x", "y", "z"):
        with Store(tmp_path / f"{name}.duckdb") as store:
            add_papers(store, RECORDS)
            assert remove_papers(store, [name]) == []
            assert groups(store) == [("t", "u"), ("v", "w")]
            assert store.count("inputs") == 5


def test_after_a_removal_it_is_as_if_the_paper_had_never_been_there(tmp_path: Path) -> None:
    with Store(tmp_path / "removed.duckdb") as store:
        add_papers(store, RECORDS)
        remove_papers(store, ["v", "t"])
        left = list(store.fetch(Paper))
    with Store(tmp_path / "never.duckdb") as store:
        add_papers(store, [p for p in RECORDS if p.id in {"x", "y", "z"}])
        assert list(store.fetch(Paper)) == left


def test_an_unknown_id_removes_nothing(store: Store) -> None:
    add_papers(store, RECORDS)
    before = groups(store)
    assert remove_papers(store, ["v", "nobody", "none"]) == ["nobody", "none"]
    assert groups(store) == before


def test_an_empty_input_is_an_empty_table(store: Store) -> None:
    assert add_papers(store, []) == Settled(records=0, papers=0)
    assert groups(store) == []


def test_every_field_of_a_record_is_kept(store: Store) -> None:
    full = Paper(
        id="1", title='T "x" \\ <y>', abstract="A\n\nb العربية", year=2020, date="2020-01-02", url="https://e.org/?a=b",
        doi="10.1000/x", arxiv_id="2001.00001", authors=("A, B", "C; D"), venue="V", keywords=("k, l",),
        ids=("1",), sources=("f",),
    )  # fmt: skip
    assert all(getattr(full, field.name) for field in dataclasses.fields(Paper))
    add_papers(store, [full])
    assert list(store.fetch(Paper)) == [full]
