"""What stands above what."""

import dataclasses
from pathlib import Path

from kg.config import ResolveConfig
from kg.records import DocumentEntity, Entity, Mention, Paper, Relation
from kg.resolve import resolve_entities
from kg.resolve.broader import without_circles
from kg.store import Store
from tests.resolve.stores import broader, document_entities, resolved


def test_a_name_with_more_modifiers_is_narrower(tmp_path: Path) -> None:
    names = ["multimodal LLMs", "LLMs", "BERT-base", "BERT", "diffusion models for video", "diffusion models"]
    with resolved(tmp_path, names) as store:
        assert broader(store) == {
            ("multimodal LLMs", "LLMs"), ("BERT-base", "BERT"), ("diffusion models for video", "diffusion models"),
        }  # fmt: skip


def test_what_may_be_left_out_and_what_may_not(tmp_path: Path) -> None:
    above = [
        ("cross-task in-context learning", "in-context learning"), ("open-world 3D generation", "3D generation"),
        ("cross-attention", "attention"), ("QRPO-A", "QRPO"),
    ]  # fmt: skip
    beside = [
        ("self-supervised learning", "supervised learning"), ("detecting hallucinations", "hallucinations"),
        ("vision-language-action models", "language models"),
    ]  # fmt: skip
    with resolved(tmp_path, [(name, "Task") for pair in [*above, *beside] for name in pair]) as store:
        found = broader(store)
    assert set(above) <= found
    assert not found & set(beside)


def test_the_nearest_stands_above_and_the_rest_follows(tmp_path: Path) -> None:
    with resolved(tmp_path, ["deep graph neural networks", "graph neural networks", "neural networks"]) as store:
        assert broader(store) == {
            ("deep graph neural networks", "graph neural networks"), ("graph neural networks", "neural networks"),
        }  # fmt: skip


def test_words_in_the_middle_may_narrow(tmp_path: Path) -> None:
    with resolved(
        tmp_path, [("medical visual question answering", "Task"), ("medical question answering", "Task")]
    ) as s:
        assert broader(s) == {("medical visual question answering", "medical question answering")}


def test_kinds_are_not_mixed_and_numbers_alone_are_nothing(tmp_path: Path) -> None:
    told = [("image segmentation", "Task"), ("segmentation", "Method"), ("GPT 4", "Method"), ("4", "Method")]
    with resolved(tmp_path, told) as store:
        assert broader(store) == set()


def test_a_stated_subtype_is_narrower_and_circles_stay_open(tmp_path: Path) -> None:
    rows = document_entities(["alpha nets", "beta nets", "gamma nets"])
    papers = ("p", "q")
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(
            DocumentEntity,
            [
                DocumentEntity(paper=p, name=r.name, kind=r.kind, role="uses", surfaces=(), score=1.0, source="test")
                for p in papers
                for r in rows
            ],
        )
        stated = [("p", "alpha nets", "beta nets"), ("q", "alpha nets", "beta nets"), ("p", "beta nets", "gamma nets"),
                  ("q", "gamma nets", "alpha nets")]  # fmt: skip
        store.add(
            Relation,
            [
                Relation(paper=p, subject=a, predicate="subtypeOf", object=b, start=0, end=1, score=0.9, source="test")
                for p, a, b in stated
            ],
        )
        resolve_entities(store, ResolveConfig())
        assert broader(store) >= {("alpha nets", "beta nets"), ("beta nets", "gamma nets")}
        assert ("gamma nets", "alpha nets") not in broader(store)
        _assert_open(store)


def test_what_a_text_gives_as_examples_is_narrower(tmp_path: Path) -> None:
    text = (
        "We tried quartz solvers (QSs), such as Brillo and Cando, and Dorvan and other lattice walkers, "
        "on tasks such as Elmo. Brillo beats lattice walkers, including the old ones."
    )
    names = {"quartz solvers": "Method", "QSs": "Method", "Brillo": "Method", "Cando": "Method", "Dorvan": "Method",
             "lattice walkers": "Method", "tasks": "Task", "Elmo": "Method"}  # fmt: skip
    full = Paper(id="p", title="On quartz", abstract=text)
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(Paper, [full])
        rows = document_entities(list(names.items()))
        store.add(DocumentEntity, [dataclasses.replace(row, paper="p") for row in rows])
        places = [(name, full.text.index(name)) for name in names]
        store.add(
            Mention,
            [
                Mention(paper="p", start=at, end=at + len(name), text=name, kind=names[name], name=name, score=0.9,
                        source="test")
                for name, at in places
            ],
        )  # fmt: skip
        resolve_entities(store, ResolveConfig())
        assert broader(store) == {("Brillo", "QSs"), ("Dorvan", "lattice walkers")}


def _assert_open(store: Store) -> None:
    above = {entity.id: entity.broader for entity in store.fetch(Entity)}
    for start in above:
        seen, waiting = set(), list(above[start])
        while waiting:
            one = waiting.pop()
            assert one != start
            if one not in seen:
                seen.add(one)
                waiting += above[one]


def test_the_pair_that_would_close_a_circle_is_left_out() -> None:
    assert without_circles([("a", "b"), ("b", "c"), ("c", "a"), ("a", "a"), ("a", "c")]) == {
        "a": ("b", "c"), "b": ("c",),
    }  # fmt: skip
