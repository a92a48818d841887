"""The tagger: the best path that keeps BIO's rules, and names without their brackets."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.heads import log_softmax, softmax
from kg.mentions.tagger import decode, decode_stretches, trim
from tests.model import ABSTRACT, TITLE, read


def allowed(path: tuple[int, ...]) -> bool:
    return all(tag == 0 or tag % 2 == 1 or (at and path[at - 1] in (tag, tag - 1)) for at, tag in enumerate(path))


def to_path(spans: list[tuple[int, int, int]], words: int) -> tuple[int, ...]:
    path = [0] * words
    for start, end, kind in spans:
        path[start] = 1 + 2 * kind
        path[start + 1 : end] = [2 + 2 * kind] * (end - start - 1)
    return tuple(path)


@given(st.integers(0, 10_000), st.integers(1, 5), st.sampled_from([0.0, 1.5]))
def test_the_path_is_the_best_of_all_that_are_allowed(seed: int, words: int, bias: float) -> None:
    scores = log_softmax(np.random.default_rng(seed).normal(scale=2, size=(words, 5)).astype(np.float32))
    biased = scores.copy()
    biased[:, 0] -= bias

    def value(path: tuple[int, ...]) -> float:
        return float(sum(biased[at, tag] for at, tag in enumerate(path)))

    best = max(value(path) for path in itertools.product(range(5), repeat=words) if allowed(path))
    found = to_path(decode(scores, bias), words)
    assert allowed(found)
    assert value(found) == pytest.approx(best, abs=1e-4)


@given(st.integers(0, 10_000), st.integers(0, 40))
def test_stretches_give_what_the_whole_gives(seed: int, words: int) -> None:
    probabilities = softmax(np.random.default_rng(seed).normal(scale=4, size=(words, 9)).astype(np.float32))
    assert decode_stretches(probabilities, 1.0) == decode(np.log(probabilities), 1.0)


def test_nothing_is_found_in_nothing() -> None:
    assert decode(np.zeros((0, 9), np.float32)) == []
    assert decode_stretches(np.zeros((0, 9), np.float32), 2.0) == []


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("graph neural networks ( GNNs )", ["graph neural networks", "GNNs"]),
        ("( BERT )", ["BERT"]),
        ("BERT ,", ["BERT"]),
        ("C ++", ["C ++"]),
        ("BERT ) and", ["BERT"]),
        ("( )", []),
        ("- 3.5", []),
        ("( (", []),
    ],
)
def test_names_leave_brackets_and_marks_outside(words: str, names: list[str]) -> None:
    printed = words.split()
    assert [" ".join(printed[a:b]) for a, b in trim(printed, 0, len(printed))] == names


@given(st.lists(st.sampled_from(["(", ")", "[", "]", "a", "B", "2", ",", "-", "++"]), max_size=9))
def test_trimmed_names_are_in_order_and_apart(printed: list[str]) -> None:
    end = 0
    for start, stop in trim(printed, 0, len(printed)):
        assert end <= start < stop <= len(printed)
        end = stop


def test_candidates_of_the_model_are_named_by_kind_and_do_not_overlap() -> None:
    doc = read(TITLE, ABSTRACT)
    spans = sorted(doc.spans["kg_candidates"], key=lambda s: s.start)
    assert {span.label_ for span in spans} <= {"Method", "Dataset", "Task", "Metric"}
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert {"GLUE", "LoRA"} <= {span.text for span in spans}
