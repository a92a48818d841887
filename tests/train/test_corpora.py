"""Readings without text: joined with the texts that they were read from, and with no other."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ReadError
from kg.records import Kind, Predicate, Role
from kg.train.corpora import is_held_out, read_lines, read_readings, to_standoff
from tests.train.test_examples import PAPER

READINGS = Path(__file__).parents[2] / "kg" / "train" / "readings.jsonl.gz"


def write(path: Path, *items: Any) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(item) + "\n" for item in items)
    return path


def annotated() -> dict[str, Any]:
    known = {entity["name"] for entity in PAPER["entities"]}
    relations = [r for r in PAPER["relations"] if r["object"] in known and r["predicate"] != "invented"]
    return {**PAPER, "relations": relations}


def test_a_reading_is_joined_with_its_text_again(tmp_path: Path) -> None:
    paper = annotated()
    readings = write(tmp_path / "readings.jsonl.gz", to_standoff(paper))
    spaced = {"id": paper["id"], "title": paper["title"] + "\n", "abstract": paper["abstract"].replace(" ", "  ")}
    texts = write(tmp_path / "texts.jsonl.gz", {"id": "other", "title": "", "abstract": ""}, spaced)
    assert list(read_readings(readings, [texts])) == [paper]


def test_a_reading_holds_nothing_of_the_text() -> None:
    stored = json.dumps(to_standoff(annotated()))
    assert not any(word in stored for word in ("LoRA", "GLUE", "apply", "another"))


def test_another_text_under_the_same_id_is_refused(tmp_path: Path) -> None:
    readings = write(tmp_path / "readings.jsonl.gz", to_standoff(annotated()))
    texts = write(tmp_path / "texts.jsonl.gz", {"id": PAPER["id"], "title": PAPER["title"], "abstract": "Withdrawn."})
    with pytest.raises(ReadError, match="made-up-1"):
        list(read_readings(readings, [texts]))


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"a": 1}\n\n{"a":\n')
    with pytest.raises(ReadError, match=r"x\.jsonl:3"):
        list(read_lines(path))
    with pytest.raises(ReadError, match="can be read"):
        list(read_lines(tmp_path / "absent.jsonl"))


def test_our_readings_are_offsets_and_labels_alone() -> None:
    ids = set()
    for item in read_lines(READINGS):
        assert set(item) == {"id", "text", "sentences", "entities", "claims", "relations"}
        assert item["id"] not in ids
        ids.add(item["id"])
        for kind, role, places in item["entities"]:
            assert Kind(kind) and Role(role) and places
            assert all(0 <= start < end for start, end in places)
        for subject, predicate, other in item["relations"]:
            assert Predicate(predicate)
            assert subject != other and max(subject, other) < len(item["entities"])
        assert all(0 <= number < len(item["sentences"]) for number, _ in item["claims"])
    assert len(ids) > 500


def test_the_readings_file_tells_no_time() -> None:
    assert READINGS.read_bytes()[4:8] == b"\0\0\0\0", "gzip's mtime"


def test_about_one_paper_in_eight_is_held_out_and_always_the_same() -> None:
    held = [name for name in map(str, range(5000)) if is_held_out(name)]
    assert 500 < len(held) < 700
    assert held == [name for name in map(str, range(5000)) if is_held_out(name)]
