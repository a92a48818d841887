"""A user's own annotations: both shapes are read, and every fault names its line."""

import json
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ReadError
from kg.train.annotations import read_annotations

TITLE = "Grain growth in sintered zirconia"
ABSTRACT = "We sinter zirconia at 1400 C. Zirconia with 3 mol% yttria keeps its grains small."


def _written(folder: Path, *items: Any) -> Path:
    path = folder / "own.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return path


def _paper(**more: Any) -> dict[str, Any]:
    entities = [{"name": "zirconia", "kind": "Material", "role": "uses", "surfaces": ["zirconia", "Zirconia"]}]
    return {"title": TITLE, "abstract": ABSTRACT, "entities": entities} | more


def test_entities_by_name_are_read_with_what_the_line_leaves_out(tmp_path: Path) -> None:
    papers = read_annotations(_written(tmp_path, *[_paper()] * 4, _paper(id=7, entities=[])))
    assert [paper["id"] for paper in papers] == [*(f"own.jsonl:{n}" for n in range(1, 5)), "7"]
    assert papers[0]["entities"] == [
        {"name": "zirconia", "labels": ["Material"], "roles": ["uses"], "surfaces": ["zirconia", "Zirconia"]}
    ]
    assert "claims" not in papers[0]


@pytest.mark.parametrize("as_object", [False, True])
def test_spans_become_entities_one_a_thing(tmp_path: Path, as_object: bool) -> None:
    text = f"{TITLE}\n\n{ABSTRACT}"
    places = [
        (text.index(form), text.index(form) + len(form), "Material") for form in ("zirconia", "Zirconia", "yttria")
    ]
    spans = [dict(zip(("start", "end", "label"), place, strict=True)) for place in places] if as_object else places
    [paper, *_] = read_annotations(_written(tmp_path, *[{"title": TITLE, "abstract": ABSTRACT, "spans": spans}] * 5))
    assert [(entity["surfaces"][0].lower(), entity["labels"]) for entity in paper["entities"]] == [
        ("zirconia", ["Material"]),
        ("yttria", ["Material"]),
    ]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"title": TITLE}, ":3: no annotated paper"),
        (_paper(entities=[{"name": "zirconia"}]), ":3: an entity without name or kind"),
        (_paper(entities=[{"name": "alumina", "kind": "Material"}]), ":3: 'alumina' does not stand"),
        ({"title": TITLE, "abstract": ABSTRACT, "spans": [[3]]}, ":3: a span is"),
        ({"title": TITLE, "abstract": ABSTRACT, "spans": [[0, 9999, "M"]]}, ":3: span 0 to 9999"),
        ({"title": TITLE, "abstract": ABSTRACT, "spans": [[9, 3, "M"]]}, ":3: span 9 to 3"),
        ("text", ":3: no annotated paper"),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, fault: Any, said: str) -> None:
    with pytest.raises(ReadError, match=r"own\.jsonl:3") as raised:
        read_annotations(_written(tmp_path, _paper(), _paper(), fault))
    assert said in str(raised.value)


def test_too_little_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="at least 5"):
        read_annotations(_written(tmp_path, _paper()))
    with pytest.raises(ReadError, match="no entity is marked"):
        read_annotations(_written(tmp_path, *[_paper(entities=[])] * 5))
    with pytest.raises(ReadError, match="absent"):
        read_annotations(tmp_path / "absent.jsonl")
