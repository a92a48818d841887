"""Documents on the wire hold what was extracted, absent values left out, and are written whole or not at all."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.interchange import to_interchange, write_documents
from kg.records import (
    Argument,
    Claim,
    Document,
    DocumentEntity,
    Mention,
    Paper,
    Relation,
    Sentence,
    Value,
)

HOSTILE = 'On "quotes", <b>, \\ and العربية\u2028\U0001f600'


def document(number: int = 1) -> Document:
    paper = Paper(
        id=f"p{number}", title=HOSTILE, abstract="PAL reaches 72.0% on GSM8K.", year=2023, ids=(f"p{number}",)
    )
    start = len(HOSTILE) + 2
    at = start + len("PAL reaches ")
    return Document(
        paper=paper,
        sentences=(Sentence(paper=paper.id, start=0, end=len(HOSTILE), role="title"),),
        entities=(
            DocumentEntity(paper=paper.id, name="PAL", kind="Method", role="introduces", surfaces=("PAL",), score=0.9,
                           source="entities@1"),
        ),
        mentions=(
            Mention(paper=paper.id, start=start, end=start + 3, text="PAL", kind="Method", name="PAL", score=0.9,
                    source="mentions@1"),
        ),
        claims=(
            Claim(paper=paper.id, start=start, end=start + 27, text="PAL reaches 72.0% on GSM8K.", type="finding",
                  predicate="achieves", arguments=(Argument(role="subject", entity="PAL"),),
                  values=(Value(number=72.0, unit="%", text="72.0%", start=at, end=at + 5),), score=0.8,
                  source="claims@1"),
        ),
        relations=(
            Relation(paper=paper.id, subject="PAL", predicate="evaluatedOn", object="GSM8K", start=start,
                     end=start + 27, score=0.7, source="relations@1"),
        ),
    )  # fmt: skip


def test_a_document_has_the_members_that_the_interchange_names() -> None:
    top = to_interchange(document())
    assert list(top) == [
        "id", "title", "abstract", "year", "sentences", "mentions", "entities", "claims", "relations",
    ]  # fmt: skip
    text = f"{top['title']}\n\n{top['abstract']}"
    [mention] = top["mentions"]
    assert text[mention["start"] : mention["end"]] == mention["text"]
    assert mention["entity"] == "PAL"
    assert top["relations"][0]["evidence"] == {"start": len(HOSTILE) + 2, "end": len(HOSTILE) + 29}
    assert "start" not in top["relations"][0]
    assert all("paper" not in inner for name in ("sentences", "entities", "claims") for inner in top[name])


def test_absent_values_are_left_out() -> None:
    top = to_interchange(Document(paper=Paper(id="p", title="T", abstract="")))
    assert top == {"id": "p", "title": "T", "abstract": "", "sentences": [], "mentions": [], "entities": [],
                   "claims": [], "relations": []}  # fmt: skip
    [value] = to_interchange(document())["claims"][0]["values"]
    assert set(value) == {"number", "unit", "text", "start", "end", "comparison"}


def test_a_number_that_is_nought_is_not_absent() -> None:
    made = document()
    [claim] = made.claims
    value = Value(number=0.0, unit="%", text="0%", start=0, end=2, baseline=0.0)
    changed = Document(
        paper=made.paper, claims=(Claim(**{f: getattr(claim, f) for f in Claim.__slots__} | {"values": (value,)}),)
    )
    [plain] = to_interchange(changed)["claims"][0]["values"]
    assert (plain["number"], plain["baseline"], plain["start"]) == (0.0, 0.0, 0)


def test_all_ids_are_told_where_there_are_several() -> None:
    paper = Paper(id="a", title="T", abstract="A", ids=("a", "b"), sources=("x.bib",))
    top = to_interchange(Document(paper=paper))
    assert top["ids"] == ["a", "b"]
    assert top["sources"] == ["x.bib"]


def test_a_file_holds_a_line_a_document_whatever_the_text(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "documents.jsonl"
    assert write_documents((document(n) for n in range(3)), path) == 3
    lines = path.read_bytes().decode("utf-8").split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == [to_interchange(document(n)) for n in range(3)]
    stream = io.StringIO()
    assert write_documents((document(n) for n in range(3)), stream) == 3
    assert stream.getvalue() == path.read_text(encoding="utf-8")
    assert [p.name for p in path.parent.iterdir()] == ["documents.jsonl"]


def test_a_run_that_fails_leaves_the_old_file_and_nothing_of_its_own(tmp_path: Path) -> None:
    def failing() -> Iterator[Document]:
        yield document()
        raise ZeroDivisionError

    path = tmp_path / "documents.jsonl"
    path.write_text("the old one\n")
    with pytest.raises(ZeroDivisionError):
        write_documents(failing(), path)
    assert path.read_text() == "the old one\n"
    assert [p.name for p in tmp_path.iterdir()] == ["documents.jsonl"]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="give another place"):
        write_documents([document()], tmp_path / "file" / "documents.jsonl")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="folder: "):
        write_documents([document()], tmp_path / "folder")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]
