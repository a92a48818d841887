"""Why two names are one thing or two: of names alone, and of a graph's."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.errors import QueryError
from kg.graph.explaining import to_text
from kg.records import DocumentEntity, to_plain
from kg.stages import open_for_writing, resolve_again
from tests.resolve.stores import Told, document_entities

TOLD: list[Told] = [
    "beam search", "beam search", "beam search strategy", ("quartz lattice annealing", "Method", ["QLA"]), "QLA",
    "GPT-3", "GPT-4", ("MMLU", "Dataset"),
]  # fmt: skip


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[kg.Graph]:
    with open_for_writing(tmp_path / "graph.duckdb") as store:
        store.add(DocumentEntity, document_entities(TOLD))
        resolve_again(store)
    with kg.open(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("a", "b", "verdict", "reason"),
    [
        ("GPT4", "GPT-4", "same", "the same but for case"),
        ("beam search", "beam search strategy", "same", "'strategy' adds nothing"),
        ("LLM", "large language models", "same", "acronym"),
        ("BERT-base", "BERT", "narrower", ""),
        ("BERT", "BERT-base", "broader", ""),
        ("supervised learning", "unsupervised learning", "different", ""),
    ],
)
def test_two_names_alone_are_judged_as_the_resolver_judges_them(a: str, b: str, verdict: str, reason: str) -> None:
    found = kg.explain(a, b)
    assert found.verdict == verdict
    assert reason in found.comparison.reason
    assert (found.comparison.score is not None) == (verdict == "same")
    assert found.in_graph == ""


def test_the_weights_of_the_score_add_up_to_it() -> None:
    compared = kg.explain("beam search", "beam search strategy").comparison
    weights = [float(outcome) for name, outcome in compared.compared if name.startswith("weight of")]
    [score] = [float(outcome) for name, outcome in compared.compared if name == "score of the words"]
    assert len(weights) > 1
    assert abs(1 / (1 + math.exp(-sum(weights))) - score) < 0.01
    assert score == pytest.approx(compared.score, abs=0.01)
    assert ("words", "not weighed across kinds") in kg.explain("GPT-4", "Task:GPT-4").comparison.compared


def test_guards_and_features_are_told() -> None:
    found = kg.explain("GPT-3", "GPT-4")
    assert found.comparison.guard == "other numbers: 3 and 4"
    assert ("numbers", "3", "4") in found.comparison.features
    text = to_text(found)
    for word in ("Features", "Compared", "other numbers: 3 and 4", "no candidate", "different"):
        assert word in text


def test_in_a_graph_its_merges_and_papers_are_told(graph: kg.Graph) -> None:
    found = graph.explain("beam search strategy", "beam search")
    assert found.in_graph == "same"
    assert [merge.reason for merge in found.merges] == ["'strategy' adds nothing"]
    assert ("papers", "1", "2") in found.comparison.features
    found = graph.explain("QLA", "quartz lattice annealing")
    assert (found.in_graph, found.together) == ("same", 1)
    assert "so defined in 100%" in found.comparison.reason
    assert graph.explain("GPT-3", "GPT-4").in_graph == "different"


def test_what_people_decided_is_told_and_wins(graph: kg.Graph) -> None:
    graph.split("beam search strategy", "beam search", comment="a plan")
    found = graph.explain("beam search", "beam search strategy")
    assert (found.in_graph, found.verdict) == ("different", "same")
    assert [one.reason for one in found.rejections] == ["decision: a plan"]
    assert "decided: 'beam search strategy' (Method) is not 'beam search' (Method) (a plan)" in to_text(found)


def test_a_name_that_the_graph_has_not_is_explained_all_the_same(graph: kg.Graph) -> None:
    found = graph.explain("beam search", "Dataset:no such thing")
    assert (found.b, found.b_kind, found.in_graph) == ("no such thing", "Dataset", "")
    assert graph.explain("MMLU", "MMLU benchmark").a_kind == "Dataset"


@pytest.mark.parametrize("name", ["<script>", "()", "*", "שלום", "a\nb", "Dataset:x:y", "'; --", "x" * 3000])
def test_hostile_names_are_explained(graph: kg.Graph, name: str) -> None:
    for found in (kg.explain(name, "BERT"), graph.explain(name, name)):
        assert json.dumps(to_plain(found))
        assert to_text(found)


def test_an_empty_name_is_refused() -> None:
    with pytest.raises(QueryError, match="give two names"):
        kg.explain("Dataset:", "BERT")
