"""The resolver against judged pairs of names."""

import json
from pathlib import Path

import pytest

from kg.config import Config
from kg.errors import ReadError
from kg.evaluate.pairs import LABELS, evaluate_pairs, evaluate_pairs_file, judge_pairs, read_pairs


def pair(a: str, b: str, label: str, kind: str = "Method", b_kind: str = "") -> dict[str, str]:
    return {"a": a, "a_kind": kind, "b": b, "b_kind": b_kind or kind, "label": label}


PAIRS = [
    pair("pre-training", "pretraining", "same"),
    pair("GPT-4", "GPT4", "same"),
    pair("Turing test score", "automatic rating", "same"),
    pair("GPT-3", "GPT-4", "different"),
    pair("multimodal transformers", "transformers", "narrower"),
    pair("transformers", "multimodal transformers", "broader"),
    pair("transformers", "GPT-4", "broader"),
    pair("beam search", "beam search decoding", "unsure"),
]


def test_names_are_judged_same_narrower_broader_or_different() -> None:
    said = judge_pairs(PAIRS, Config())
    assert said[:7] == ["same", "same", "different", "different", "narrower", "broader", "different"]
    assert set(said) <= set(LABELS)


def test_the_figures_are_precision_recall_and_f1_without_the_unsure() -> None:
    assert evaluate_pairs(PAIRS, Config()) == {
        "same": {"precision": 1.0, "recall": 0.6667},
        "hierarchy": {"precision": 1.0, "recall": 0.6667, "f1": 0.8},
        "blocking": {"recall": 0.6667},
    }


def test_blocking_lets_names_meet_by_words_letters_acronyms_and_over_kinds() -> None:
    met = [
        pair("detection of hate speech", "hate speech detecting", "same"),
        pair("knowledge distillation", "knowledge distilation", "same"),
        pair("QLA", "quartz lattice annealing", "same"),
        pair("SGD", "stochastic gradient descent", "same"),
        pair("R-squared", "coefficient of determination", "same", "Metric"),
        pair("deep RL", "deep reinforcement learning", "same", "Method", "Task"),
    ]
    missed = [pair("Turing test score", "automatic rating", "same"), pair("GLUE", "GLUE", "same", "Dataset", "Task")]
    assert evaluate_pairs(met, Config())["blocking"] == {"recall": 1.0}
    assert evaluate_pairs(missed, Config())["blocking"] == {"recall": 0.0}


def test_a_wrong_direction_counts_as_found_and_missed() -> None:
    turned = [pair("transformers", "multimodal transformers", "narrower")]
    assert evaluate_pairs(turned, Config())["hierarchy"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0}


def test_a_file_gives_the_same_figures_and_a_text_with_the_errors(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in PAIRS) + "\n\n", encoding="utf-8")
    plain, text = evaluate_pairs_file(path, Config())
    assert plain == evaluate_pairs(PAIRS, Config())
    assert "same, taken for different: Turing test score / automatic rating" in text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", ":1: not JSON"),
        ("[]", ":1: no 'a'"),
        ('{"a": "x", "a_kind": "Method", "b": 3, "b_kind": "Method", "label": "same"}', "no 'b'"),
        ('{"a": "x", "a_kind": "Method", "b": "y", "b_kind": "Method", "label": "alike"}', "'alike' is unknown; known"),
        ("", "empty"),
    ],
)
def test_what_is_no_pair_is_told_with_its_line(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(ReadError, match=told):
        read_pairs(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be read"):
        read_pairs(tmp_path / "none.jsonl")
