"""Annotated texts as the network sees them: words, mentions, and what is not known."""

from typing import Any

import pytest

from kg.train.examples import example_of_paper, example_of_sentences, example_of_spans, find_form, find_words, to_words
from kg.train.labels import Labels

LABELS = Labels()
PAPER: dict[str, Any] = {
    "id": "made-up-1",
    "title": "LoRA for GLUE",
    "abstract": "We apply LoRA to GLUE. LoRA-XS is another. It outperforms BERT.",
    "sentences": [{"start": 0, "end": 22}, {"start": 23, "end": 42}, {"start": 43, "end": 63}],
    "entities": [
        {"name": "LoRA", "labels": ["Method"], "roles": ["uses"], "surfaces": ["LoRA"]},
        {"name": "LoRA-XS", "labels": ["Method"], "roles": ["mentions"], "surfaces": ["LoRA-XS"]},
        {"name": "GLUE", "labels": ["Dataset"], "roles": ["uses"], "surfaces": ["GLUE"]},
    ],
    "claims": [{"sentence": 2, "types": ["finding"]}],
    "relations": [
        {"subject": "LoRA", "predicate": "evaluatedOn", "object": "GLUE"},
        {"subject": "LoRA", "predicate": "invented", "object": "GLUE"},
        {"subject": "LoRA", "predicate": "evaluatedOn", "object": "of nowhere"},
    ],
}


def test_every_occurrence_of_a_form_is_a_mention_and_the_longest_name_wins() -> None:
    example = example_of_paper(PAPER, LABELS)
    printed = [
        (example.text[example.words[a][0] : example.words[b - 1][1]], number) for a, b, number in example.mentions
    ]
    assert printed == [("LoRA", 0), ("GLUE", 2), ("LoRA", 0), ("GLUE", 2), ("LoRA-XS", 1)]


def test_claims_count_from_the_title_and_relations_only_name_what_is_known() -> None:
    example = example_of_paper(PAPER, LABELS)
    assert example.claims == [0, 0, 0, LABELS.claim_types.index("finding")]
    assert example.relations == [(0, LABELS.predicates.index("evaluatedOn"), 2)]
    assert len(example.sentences) == 4 and example.sentences[0] == (0, 3)


def test_kinds_that_are_not_marked_are_not_negative() -> None:
    example = example_of_spans("x", "We use BERT here", [(7, 11, 0)], [1, 2, 3], masked=[(12, 16)])
    assert example.marked == {1, 2, 3}
    assert (example.mentions, example.entities, example.masked) == ([(2, 3, 0)], [(0, -1)], [(3, 4)])
    assert not example.whole


def test_sentences_without_words_are_left_out() -> None:
    example = example_of_sentences(
        "x", "One two.   Three.", [(0, 8), (8, 11), (11, 17)], [(1, 0.5), (2, 1.0), (3, 0.7)]
    )
    assert example.sentences == [(0, 3), (3, 5)]
    assert example.sentence_roles == [(1, 0.5), (3, 0.7)]


@pytest.mark.parametrize(
    ("form", "text", "count"),
    [
        ("BERT", "ALBERT and BERTology", 0),
        ("BERT", "(BERT), BERT-base", 2),
        ("C++", "C++, C++17 and VC++", 2),
        ("a.b", "axb", 0),
    ],
)
def test_forms_stand_at_word_boundaries(form: str, text: str, count: int) -> None:
    assert len(list(find_form(form, text))) == count


def test_a_name_ends_before_its_full_stop() -> None:
    text = "We use GSM8K. We use MNIST. We use CIFAR-10. We use F1."
    printed = [text[a:b] for a, b in find_words(text)]
    assert {"MNIST", "CIFAR-10", "F1"} <= set(printed)
    assert printed.count(".") == 4


def test_characters_outside_of_words_touch_none() -> None:
    assert to_words([(0, 3), (5, 9)], 3, 5) is None
