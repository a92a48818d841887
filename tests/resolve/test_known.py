"""Names that the field knows a thing by, and acronyms that stand in brackets within names."""

from collections import Counter
from pathlib import Path

import pytest

from kg.records import Kind, Merge
from kg.resolve.keys import name_key
from kg.resolve.known import find_table, known_meaning, known_things
from tests.resolve.stores import Told, broader, groups, resolved


def test_the_table_is_sorted_and_gives_no_name_to_two_things_of_a_kind() -> None:
    path = find_table("aliases.tsv")
    assert path is not None
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert all(len(row) == 3 and row[0] and row[2] for row in rows)
    assert {row[1] for row in rows} <= {"", *(kind.value for kind in Kind)}
    assert rows == sorted(rows, key=lambda row: (row[0].lower(), row[1]))
    named = Counter((kind, key) for kind, names in known_things() for key in {name_key(name) for name in names})
    assert [name for name, count in named.items() if count > 1] == []


@pytest.mark.parametrize(
    ("kind", "a", "b"),
    [
        ("Method", "Adam", "Adam optimizer"),
        ("Method", "k-NN", "k-nearest neighbors"),
        ("Task", "QA", "question answering"),
        ("Method", "QA", "question answering"),
        ("Task", "medical QA", "medical question answering"),
        ("Dataset", "MS COCO", "COCO"),
        ("Metric", "coefficient of determination", "R-squared"),
        ("Metric", "Kendall's tau", "Kendall tau"),
        ("Method", "Mixture of Experts model", "mixture-of-experts"),
    ],
)
def test_names_of_one_thing_in_the_field_are_one_entity(tmp_path: Path, kind: str, a: str, b: str) -> None:
    with resolved(tmp_path, [(a, kind), (b, kind)]) as store:
        assert groups(store) == [sorted([a, b])]
        assert all(merge.reason for merge in store.fetch(Merge))


def test_what_papers_define_wins_over_what_the_field_says(tmp_path: Path) -> None:
    own = ("quilted annotation", "Task", ["QA"])
    with resolved(tmp_path, [own] * 41 + [("QA", "Task"), ("question answering", "Task")]) as store:
        assert groups(store) == [["QA", "quilted annotation"]]


def test_a_name_that_the_field_knows_is_of_the_field_s_kind(tmp_path: Path) -> None:
    with resolved(
        tmp_path, [("GLUE", "Method"), ("GLUE", "Dataset"), ("QLUE", "Method"), ("QLUE", "Dataset")]
    ) as store:
        assert store.rows("SELECT name, kind, papers FROM entities ORDER BY name, kind") == [
            ("GLUE", "Dataset", 2), ("QLUE", "Dataset", 1), ("QLUE", "Method", 1),
        ]  # fmt: skip


def test_an_acronym_means_what_it_does_in_the_kind_of_the_name() -> None:
    assert known_meaning("asr", "Metric") != known_meaning("asr", "Task")
    assert known_meaning("rag", "Task") == known_meaning("rag", "Method") == "retrieval-augmented generation"


def test_an_acronym_in_brackets_is_written_out_in_other_names(tmp_path: Path) -> None:
    told: list[Told] = [("brittle moss (BM) mapping", "Task"), ("BM mapping", "Task"), ("brittle moss", "Task")]
    with resolved(tmp_path, told) as store:
        assert groups(store) == [["BM mapping", "brittle moss (BM) mapping"]]
    told = [("brittle moss (BM) mapping", "Task"), ("BM", "Task"), ("brittle moss", "Task")]
    (tmp_path / "b").mkdir()
    with resolved(tmp_path / "b", told) as store:
        assert groups(store) == [["BM", "brittle moss"]]


def test_a_compound_with_of_is_not_torn(tmp_path: Path) -> None:
    told: list[Told] = [
        ("out-of-distribution generalization", "Task"), ("distribution generalization", "Task"),
        ("generalization", "Task"),
    ]  # fmt: skip
    with resolved(tmp_path, told) as store:
        assert ("out-of-distribution generalization", "generalization") in broader(store)
        assert ("out-of-distribution generalization", "distribution generalization") not in broader(store)
