"""Deciding from the command line: what it says, what to type next, what it refuses."""

import json
import re
from pathlib import Path

import pytest

from kg.decisions import read_decisions
from kg.records import Decision, DocumentEntity
from kg.stages import open_for_writing, resolve_again
from kg.store import Store
from tests.resolve.stores import Told, document_entities
from tests.test_cli import fault, kg

TOLD: list[Told] = [
    "beam search", "beam search", "beam search strategy", "GPT-3", "GPT-4", "junk", ("code review", "Method"),
    ("code review", "Dataset"), ("MMLU", "Method"), "-x", "<b>bold</b>",
]  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    with open_for_writing(tmp_path / "exports" / "graph.duckdb") as store:
        store.add(DocumentEntity, document_entities(TOLD))
        resolve_again(store)
    (tmp_path / "exports" / "report.md").write_text("old")
    return tmp_path


def names(place: Path) -> set[tuple[str, str]]:
    with Store(place / "exports" / "graph.duckdb", read_only=True) as store:
        return {(name, kind) for name, kind in store.rows("SELECT name, kind FROM entities")}


def decisions(place: Path) -> list[Decision]:
    return list(read_decisions(place / "exports" / "decisions.tsv"))


def test_a_review_lists_both_sorts_and_what_to_type_next(place: Path) -> None:
    out, err = kg("review", cwd=place)
    assert re.search(r"  0\.9\d  beam search  =  beam search strategy  \(Method\)", out)
    assert "code review  ≠  code review  (Dataset, Method)" in out
    assert "'strategy' adds nothing" in out
    assert "kg merge 'beam search' 'beam search strategy'" in err
    out, err = kg("review", "exports", "--json", "--limit", "1", cwd=place)
    [first, *_] = json.loads(out)
    assert (first["a"], first["merged"]) == ("beam search", True)
    assert err == ""
    assert kg("review", "--limit", "0", cwd=place)[0].startswith("No merge is in doubt.")


def test_merging_writes_the_line_rebuilds_and_says_how_to_undo_it(place: Path) -> None:
    out, err = kg("merge", "GPT-3", "GPT-4", "--comment", "one family", "--author", "A. B.", cwd=place)
    assert out == ""
    assert "'GPT-3' (Method) is 'GPT-4' (Method)" in err
    assert "kg show GPT-4 exports" in err
    assert "To undo it, delete the line of exports/decisions.tsv and run 'kg resolve -o exports'." in err
    assert len({("GPT-3", "Method"), ("GPT-4", "Method")} & names(place)) == 1
    assert [(d.comment, d.author, d.date) for d in decisions(place)] == [("one family", "A. B.", "")]
    assert "1 of 1 decisions hold." in (place / "exports" / "report.md").read_text()
    assert "it says so already" in kg("merge", "GPT-3", "GPT-4", cwd=place)[1]
    (place / "exports" / "decisions.tsv").unlink()
    kg("resolve", cwd=place)
    assert {("GPT-3", "Method"), ("GPT-4", "Method")} <= names(place)


def test_every_decision_can_be_typed(place: Path) -> None:
    kg("split", "beam search strategy", "beam search", cwd=place)
    kg("split", "GPT-3", cwd=place)
    kg("broader", "GPT-3", "GPT-4", cwd=place)
    kg("rename", "GPT-4", "Generative <b>", cwd=place)
    kg("kind", "MMLU", "dataset", cwd=place)
    kg("drop", "junk", cwd=place)
    kg("merge", "Method:code review", "Dataset:code review", cwd=place)
    assert {decision.verdict for decision in decisions(place)} == {
        "different", "alone", "broader", "renamed", "kind", "dropped", "same",
    }  # fmt: skip
    assert names(place) == {
        ("beam search", "Method"), ("beam search strategy", "Method"), ("GPT-3", "Method"),
        ("Generative <b>", "Method"), ("code review", "Dataset"), ("MMLU", "Dataset"), ("-x", "Method"),
        ("<b>bold</b>", "Method"),
    }  # fmt: skip


def test_a_name_that_begins_with_a_dash_is_decided_after_two(place: Path) -> None:
    kg("drop", "--", "-x", cwd=place)
    kg("drop", "<b>bold</b>", cwd=place)
    assert not {name for name, _ in names(place)} & {"-x", "<b>bold</b>"}


def test_without_rebuilding_the_line_is_written_alone(place: Path) -> None:
    before = names(place)
    _, err = kg("drop", "junk", "--no-rebuild", cwd=place)
    assert "kg resolve -o exports" in err
    assert names(place) == before
    kg("resolve", cwd=place)
    assert names(place) == before - {("junk", "Method")}


def test_a_decision_that_matches_nothing_is_counted(place: Path) -> None:
    path = place / "exports" / "decisions.tsv"
    kg("drop", "junk", cwd=place)
    path.write_text(path.read_text().replace("junk", "trash"))
    _, err = kg("-v", "resolve", cwd=place)
    assert "1 decision matches nothing; report.md lists them." in err
    assert "'trash' (Method) is no entity: no paper prints 'trash'" in err
    assert ("junk", "Method") in names(place)


def test_another_file_of_decisions_can_be_named(place: Path) -> None:
    kg("drop", "junk", "--decisions", "mine.tsv", cwd=place)
    assert not (place / "exports" / "decisions.tsv").exists()
    assert ("junk", "Method") not in names(place)
    (place / "kg.toml").write_text('[resolve]\ndecisions = "mine.tsv"\n')
    kg("drop", "GPT-3", cwd=place)
    assert len(read_decisions(place / "mine.tsv")) == 2


def test_what_cannot_be_decided_is_refused_and_nothing_is_written(place: Path) -> None:
    assert "no entity or paper is called 'nothing'" in fault("merge", "nothing", "GPT-4", cwd=place)
    assert "may mean 'Dataset:code review', 'Method:code review'" in fault("drop", "code review", cwd=place)
    assert "no kind 'Nonsense'" in fault("kind", "GPT-4", "Nonsense", cwd=place)
    assert not (place / "exports" / "decisions.tsv").exists()
    kg("merge", "GPT-3", "GPT-4", cwd=place)
    before = (place / "exports" / "decisions.tsv").read_bytes()
    said = fault("split", "GPT-3", "GPT-4", cwd=place)
    assert "this decision: 'GPT-3' (Method) is not 'GPT-4' (Method), but exports/decisions.tsv:" in said
    assert (place / "exports" / "decisions.tsv").read_bytes() == before
    assert "no such graph" in fault("drop", "x", "-o", "nowhere", cwd=place)


def test_two_names_are_explained_with_and_without_a_graph(
    place: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out, _ = kg("explain", "beam search", "beam search strategy", cwd=place)
    assert "In the graph: one entity" in out
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    out, err = kg("explain", "LLM", "large language models", cwd=elsewhere)
    assert "The two names alone: same" in out
    assert err == ""
    assert json.loads(kg("explain", "GPT-3", "GPT-4", "--json", cwd=elsewhere)[0])["verdict"] == "different"
    assert "no such graph" in fault("explain", "a", "b", "nowhere", cwd=elsewhere)
