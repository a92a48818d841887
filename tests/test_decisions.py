"""The decisions file: SSSOM/TSV that people read, write by hand and keep in git."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.decisions import add_decisions, name_id, read_decisions
from kg.errors import ReadError, StoreError
from kg.records import Decision, Verdict

HOSTILE = [
    "<script>alert(1)</script>", 'a "quoted" name', '"', "tab\there", "line\nbreak", "carriage\rreturn", "שלום עולם",
    "=1+1", "#comment", "100%25", "a/b|c\\d", "name:Method/x", "sssom:NoTermFound", "\ud800lone", "'", "Ａ", "a" * 3000,
]  # fmt: skip


def every_verdict(name: str = "chain of thought", other: str = "CoT") -> list[Decision]:
    of_other = {"other": other, "other_kind": "Task"}
    return [
        Decision(name=name, kind="Method", verdict=Verdict.SAME, **of_other),  # type: ignore[arg-type]
        Decision(name=name, kind="Method", verdict=Verdict.DIFFERENT, **of_other),  # type: ignore[arg-type]
        Decision(name=name, kind="Method", verdict=Verdict.BROADER, **of_other),  # type: ignore[arg-type]
        Decision(name=name, kind="Method", verdict=Verdict.ALONE),
        Decision(name=name, kind="Method", verdict=Verdict.RENAMED, other=other),
        Decision(name=name, kind="Method", verdict=Verdict.KIND, other=other),
        Decision(name=name, kind="Method", verdict=Verdict.DROPPED),
    ]


@pytest.mark.parametrize("name", ["chain of thought", *HOSTILE], ids=lambda text: ascii(text[:12]))
def test_every_verdict_on_any_name_comes_back_from_one_line_each(tmp_path: Path, name: str) -> None:
    path = tmp_path / "decisions.tsv"
    new = add_decisions(path, every_verdict(name, name))
    assert len(new) == 7
    assert set(read_decisions(path)) == set(new)
    lines = path.read_text(encoding="utf-8").split("\n")
    rows = [line for line in lines if line and not line.startswith("#")]
    assert len(rows) == 8
    assert lines[-1] == ""


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.text(min_size=1), min_size=7, max_size=7))
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    name, kind, other, other_kind, comment, author, date = (f"x{text}" for text in texts)
    path = tmp_path_factory.mktemp("any") / "decisions.tsv"
    new = add_decisions(
        path,
        [
            Decision(name=name, kind=kind, verdict="same", other=other, other_kind=other_kind, comment=comment,
                     author=author, date=date)
        ],
    )  # fmt: skip
    assert list(read_decisions(path)) == new


def test_the_file_reads_as_the_standard_says(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    decision = Decision(name="CoT", kind="Method", verdict="same", other="chain of thought", other_kind="Method",
                        author="A. Person", date="2024-05-06", comment="the same")  # fmt: skip
    add_decisions(path, [decision])
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#curie_map:\n#  kg: https://")
    assert "\r" not in text
    assert "\ufeff" not in text
    rows = list(csv.DictReader((line for line in text.split("\n") if not line.startswith("#")), delimiter="\t"))
    assert rows == [
        {
            "subject_id": "name:Method/CoT", "subject_label": "CoT", "predicate_id": "skos:exactMatch",
            "predicate_modifier": "", "object_id": "name:Method/chain%20of%20thought",
            "object_label": "chain of thought", "mapping_justification": "semapv:ManualMappingCuration",
            "author_label": "A. Person", "object_type": "", "mapping_date": "2024-05-06", "comment": "the same",
        }
    ]  # fmt: skip


def test_author_and_date_are_there_only_if_given(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    add_decisions(path, every_verdict())
    assert all(not d.author and not d.date for d in read_decisions(path))


def test_a_decision_more_is_a_line_more_whatever_the_order(tmp_path: Path) -> None:
    for place, order in enumerate((every_verdict(), every_verdict()[::-1])):
        for decision in order:
            path = tmp_path / f"{place}.tsv"
            before = path.read_text().split("\n") if path.exists() else None
            add_decisions(path, [decision])
            after = path.read_text().split("\n")
            assert before is None or [line for line in after if line in before] == before
            assert before is None or len(after) == len(before) + 1
    assert (tmp_path / "0.tsv").read_bytes() == (tmp_path / "1.tsv").read_bytes()


def test_the_same_decision_is_not_written_twice(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    assert len(add_decisions(path, every_verdict())) == 7
    before = path.read_bytes()
    assert add_decisions(path, [*every_verdict(), Decision(name="chain  of thought", kind="Method", verdict="dropped",
                                                           comment="again")]) == []  # fmt: skip
    assert path.read_bytes() == before


def test_what_a_person_added_to_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    path.write_text(
        "#curie_map:\n#  orcid: https://orcid.org/\n#mapping_set_title: Mine\n"
        "subject_id\tsubject_label\tsubject_category\tpredicate_id\tobject_id\tobject_label\tobject_category\t"
        "confidence\n"
        "\tCoT\tMethod\tskos:exactMatch\t\tchain of thought\tMethod\t0.8\n",
        encoding="utf-8",
    )
    mine = Decision(name="CoT", kind="Method", verdict="same", other="chain of thought", other_kind="Method")
    assert list(read_decisions(path)) == [mine]
    add_decisions(path, [Decision(name="x", kind="Task", verdict="dropped")])
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#curie_map:\n#  orcid: https://orcid.org/\n#mapping_set_title: Mine\n")
    assert "0.8" in text
    assert set(read_decisions(path)) == {mine, Decision(name="x", kind="Task", verdict="dropped")}


def test_files_of_other_editors_are_read(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    add_decisions(path, every_verdict())
    known = read_decisions(path)
    text = path.read_text(encoding="utf-8")
    # A byte order mark, Windows' line ends, no tabs at the ends of lines, empty lines between.
    lines = [line.rstrip("\t") for line in text.split("\n")]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*lines, "", ""]).encode())
    assert list(read_decisions(path)) == list(known)


def test_a_narrower_match_is_a_broader_one_the_other_way_round(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    add_decisions(path, [Decision(name="A", kind="Task", verdict="broader", other="B", other_kind="Method")])
    path.write_text(path.read_text().replace("skos:broadMatch", "skos:narrowMatch"))
    assert list(read_decisions(path)) == [
        Decision(name="B", kind="Method", verdict="broader", other="A", other_kind="Task")
    ]


HEAD = "subject_id\tsubject_label\tpredicate_id\tpredicate_modifier\tobject_id\tobject_label\n"
FAULTS = [
    ("subject_id\tpredicate_id\n", "d.tsv:1: no column object_label, subject_label"),
    (HEAD + "name:Method/A\tA\tskos:closeMatch\t\tname:Method/B\tB\n", "d.tsv:2: predicate_id 'skos:closeMatch'"),
    (HEAD + "<<<<<<< HEAD\n", "d.tsv:2: predicate_id ''"),
    ("#curie_map:\n" + HEAD + "name:Method/A\tA\tskos:exactMatch\tNOT\tname:Method/B\tB\n", "d.tsv:3: predicate_modif"),
    (HEAD + "Method/A\tA\tskos:exactMatch\t\tname:Method/B\tB\n", "'Method/A' is no name"),
    (HEAD + "name:Method/A\tOther\tskos:exactMatch\t\tname:Method/B\tB\n", "names 'A', subject_label 'Other'"),
    (HEAD + "\tA\tskos:exactMatch\t\tname:Method/B\tB\n", "no kind of the subject"),
    (HEAD + "name:Method/A\tA\tskos:exactMatch\t\t\t\n", "no name of the object"),
    (HEAD + "name:Method/A\tA\tskos:prefLabel\t\t\t\n", "no object_label"),
    (HEAD + "name:Method/A\tA\tskos:prefLabel\tNot\t\tB\n", "'Not skos:prefLabel' decides nothing"),
    (HEAD + "name:Method/A\tA\trdf:type\tNot\tkg:Dataset\t\n", "'Not rdf:type' decides nothing"),
    (HEAD + "name:Method/A\tA\trdf:type\t\thttp://x/Dataset\t\n", "is no kind"),
    (HEAD + "a\tb\tc\td\te\tf\tg\n", "7 cells in 6 columns"),
    (HEAD + 'name:Method/A\t"A" x\trdf:type\t\t\t\n', "double each quote"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_line_that_decides_nothing_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "d.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadError) as told:
        read_decisions(path)
    assert message in str(told.value)
    with pytest.raises(ReadError):
        add_decisions(path, every_verdict())
    assert path.read_text(encoding="utf-8") == text


def test_a_file_that_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"none\.tsv: cannot be read"):
        read_decisions(tmp_path / "none.tsv")
    (tmp_path / "latin.tsv").write_bytes(b"\xff\xfe")
    with pytest.raises(ReadError, match="UTF-8"):
        read_decisions(tmp_path / "latin.tsv")
    (tmp_path / "file").write_text("")
    with pytest.raises((StoreError, ReadError), match="file"):
        add_decisions(tmp_path / "file" / "decisions.tsv", every_verdict())
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")  # noqa: PTH110
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    add_decisions(path, every_verdict())
    before = path.read_bytes()
    (tmp_path / "decisions.tsv.part").symlink_to("/dev/full")
    with pytest.raises(StoreError, match="No space left"):
        add_decisions(path, every_verdict("another"))
    assert path.read_bytes() == before


def test_an_empty_file_decides_nothing_and_can_be_added_to(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    path.write_text("")
    assert read_decisions(path) == {}
    assert len(add_decisions(path, every_verdict())) == 7
    assert len(read_decisions(path)) == 7


def test_an_identifier_holds_name_and_kind() -> None:
    assert name_id("a/b c", "My Kind") == "name:My%20Kind/a%2Fb%20c"
