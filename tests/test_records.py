"""Records survive their codec, JSON and the store; ids are functions of content."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import records
from kg.records import (
    Argument,
    Claim,
    Document,
    Kind,
    Paper,
    Polarity,
    Value,
    entity_id,
    from_plain,
    hints_of,
    to_plain,
)
from kg.store import TABLES

#: Every record class of the module.
CLASSES: list[type] = [cls for cls in vars(records).values() if dataclasses.is_dataclass(cls) and isinstance(cls, type)]

TEXT = st.text(max_size=30)


def strategy(hint: Any) -> st.SearchStrategy[Any]:
    """Return values for a field's type; a tuple's and a record's are made of their parts'."""
    if hint is str:
        return TEXT
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers(-(2**31), 2**31 - 1)
    if hint is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if hint == int | None or hint == float | None:
        return st.none() | strategy(int if hint == int | None else float)
    if str(hint).startswith("tuple["):
        return st.lists(strategy(hint.__args__[0]), max_size=3).map(tuple)
    return record(hint)


def record(cls: type) -> st.SearchStrategy[Any]:
    return st.builds(cls, **{name: strategy(hint) for name, hint in hints_of(cls).items()})


@pytest.mark.parametrize("cls", CLASSES, ids=lambda c: c.__name__)
@settings(max_examples=25)
@given(data=st.data())
def test_a_record_comes_back_from_json_as_it_was(cls: type, data: st.DataObject) -> None:
    made = data.draw(record(cls))
    again: Any = from_plain(cls, json.loads(json.dumps(to_plain(made))))
    assert again == made
    assert hash(again) == hash(made)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda c: c.__name__)
def test_a_record_is_frozen_slotted_and_keyword_only(cls: Any) -> None:
    assert cls.__dataclass_params__.frozen
    assert all(field.kw_only for field in dataclasses.fields(cls))
    assert hasattr(cls, "__slots__")


@pytest.mark.parametrize("cls", CLASSES, ids=lambda c: c.__name__)
def test_a_record_refuses_a_field_that_it_does_not_have(cls: type) -> None:
    with pytest.raises(TypeError):
        from_plain(cls, {"no_such_field": 1})


def test_fields_keep_their_order_in_the_dictionary() -> None:
    for cls in CLASSES:
        assert list(hints_of(cls)) == [field.name for field in dataclasses.fields(cls)]


def test_every_table_is_a_record() -> None:
    assert set(TABLES.values()) <= set(CLASSES)
    assert set(CLASSES) - set(TABLES.values()) == {Argument, Value, Document}


def test_codes_become_plain_strings() -> None:
    claim = Claim(
        paper="p", start=0, end=1, text="t", type="finding", predicate="none",
        arguments=(Argument(role="subject", entity="x"),), values=(Value(number=1, text="1", start=0, end=1),),
        polarity=Polarity.POSITIVE, score=0.5, source="claims@1",
    )  # fmt: skip
    plain = to_plain(claim)
    assert type(plain["polarity"]) is str
    assert plain["polarity"] == "positive"
    assert plain["arguments"] == [{"role": "subject", "entity": "x"}]
    assert from_plain(Claim, plain) == claim


def test_a_whole_number_is_read_as_a_float_where_the_field_is_one() -> None:
    value = from_plain(Value, {"number": 3, "text": "3", "start": 0, "end": 1, "baseline": 2})
    assert isinstance(value.number, float)
    assert isinstance(value.baseline, float)


def test_offsets_count_into_title_empty_line_abstract() -> None:
    paper = Paper(id="p", title="Title", abstract="Abstract")
    assert paper.text == "Title\n\nAbstract"


@pytest.mark.parametrize(
    ("fields", "identity"),
    [
        ({"arxiv_id": "2310.01234", "doi": "10.1/x"}, "arxiv:2310.01234"),
        ({"doi": "10.18653/v1/n19-1423"}, "doi:10.18653/v1/n19-1423"),
    ],
)
def test_a_papers_identity_is_its_arxiv_id_or_else_its_doi(fields: dict[str, Any], identity: str) -> None:
    assert Paper(id="p", title="T", abstract="", **fields).identity == identity


def test_without_identifiers_a_papers_identity_is_its_title() -> None:
    one = Paper(id="1", title="A Study of Things", abstract="x")
    other = Paper(id="2", title="a study  of things!", abstract="y")
    assert one.identity == other.identity
    assert one.identity.startswith("title:a-study-of-things-")
    untitled = [Paper(id=i, title="", abstract="x").identity for i in "12"]
    assert untitled[0] != untitled[1]
    assert all("untitled" in identity for identity in untitled)


@given(TEXT, TEXT)
def test_an_entity_id_is_a_path_of_two_segments(kind: str, name: str) -> None:
    made = entity_id(kind, name)
    first, slash, second = made.partition("/")
    assert first and slash and second
    assert not set(made) - set("abcdefghijklmnopqrstuvwxyz0123456789-/")


def test_entity_ids_differ_by_kind_and_by_name() -> None:
    assert entity_id(Kind.METHOD, "LDA") != entity_id(Kind.TASK, "LDA")
    assert entity_id(Kind.METHOD, "GPT-3") != entity_id(Kind.METHOD, "GPT-4")
    assert entity_id(Kind.METHOD, "العربية") != entity_id(Kind.METHOD, "日本語")
    # The kind is a plain string or a member of Kind: one id.
    assert entity_id("Method", "BERT") == entity_id(Kind.METHOD, "BERT")


def test_entity_ids_do_not_depend_on_the_hash_seed() -> None:
    code = "from kg.records import entity_id; print(entity_id('Method', 'BERT'))"
    root = str(Path(__file__).parents[1])
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": root},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert said == {entity_id("Method", "BERT") + "\n"}
