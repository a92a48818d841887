"""One document, one entity: spellings, plurals and acronyms of a thing are gathered, other things are not."""

import re

import numpy as np
import pytest
import spacy

from kg.mentions.abbreviations import find_abbreviations
from kg.mentions.entities import find_full_form, form_key, group_features, group_places
from kg.words import words_of
from tests.examples import few_papers
from tests.model import ABSTRACT, TITLE, read

Groups = list[list[str]]


def grouped(text: str, *names: str) -> Groups:
    """Group the first occurrence of each name."""
    words = [found.span() for found in re.finditer(r"[\w.+-]*\w|[^\w\s]", text)]
    starts, ends = [a for a, _ in words], [b for _, b in words]
    spans = []
    for name in names:
        at = next(a for a in starts if text.startswith(name, a) and a + len(name) in ends)
        spans.append((starts.index(at), ends.index(at + len(name)) + 1))
    pairs = [(text[a:b], text[c:d]) for a, b, c, d in find_abbreviations(text)]
    groups = group_places(text, words, spans, pairs)
    return [[text[words[a][0] : words[b - 1][1]] for a, b in group] for group in groups]


def test_an_acronym_and_its_full_form_are_one() -> None:
    text = "We tune large language models (LLMs), since LLMs are large."
    assert grouped(text, "large language models", "LLMs") == [["large language models", "LLMs", "LLMs"]]


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("a graph neural network among graph neural networks", "graph neural network", "graph neural networks"),
        ("Pre-training, or pretraining", "Pre-training", "pretraining"),
        ("Fine-Tuning is fine tuning", "Fine-Tuning", "fine tuning"),
        ("GSM8K, spelled GSM-8K", "GSM8K", "GSM-8K"),
    ],
)
def test_spellings_of_one_name_are_one(text: str, one: str, other: str) -> None:
    assert grouped(text, one, other) == [[one, other]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-3", "GPT-4"),
        ("CIFAR-10", "CIFAR-100"),
        ("LLMs", "multimodal LLMs"),
        ("BERT", "ALBERT"),
        ("ResNet-50", "ResNet"),
    ],
)
def test_other_things_stay_apart(one: str, other: str) -> None:
    assert form_key(one) != form_key(other)
    assert grouped(f"First {one} and then {other} again", one, other) == [[one], [other]]


def test_an_occurrence_that_was_not_tagged_is_found() -> None:
    assert grouped("BERT is old. We like BERT, not ALBERT or BERTology.", "BERT") == [["BERT", "BERT"]]


def test_a_short_form_is_not_searched_for() -> None:
    assert grouped("We use R for it. R is old.", "R") == [["R"]]


def test_a_longer_name_keeps_its_words() -> None:
    assert grouped("BERT and multilingual BERT and BERT", "multilingual BERT", "BERT") == [
        ["BERT", "BERT"],
        ["multilingual BERT"],
    ]


def test_features_do_not_depend_on_the_order_of_groups() -> None:
    chance = np.random.default_rng(3)
    text = "One two three four"
    words = [(0, 3), (4, 7), (8, 13), (14, 18)]
    vectors, tags = chance.normal(size=(4, 6)).astype(np.float32), chance.random((4, 9)).astype(np.float32)
    groups = [[(0, 1), (2, 3)], [(1, 2)], [(3, 4)]]
    rows = group_features(text, words, groups, vectors, tags)
    assert rows.shape == (3, 5 * 6 + 8 + 9)
    assert np.allclose(rows[::-1], group_features(text, words, groups[::-1], vectors, tags), atol=1e-6)


def test_the_model_gathers_a_paper_s_entities() -> None:
    found = {entity.name: entity for entity in read(TITLE, ABSTRACT)._.entities}
    kinds = {surface: entity.kind for entity in found.values() for surface in entity.surfaces}
    assert "GLUE" in kinds
    assert kinds["LoRA"] == "Method"
    lora = next(entity for entity in found.values() if "LoRA" in entity.surfaces)
    assert lora.role == "introduces"
    assert len(lora.spans) >= 3


def test_entities_keep_the_laws_on_every_example() -> None:
    for paper in few_papers():
        doc = read(paper["title"], paper["abstract"])
        surfaces = [surface for entity in doc._.entities for surface in entity.surfaces]
        assert len(surfaces) == len(set(surfaces)), "a surface form names one entity, so it has one kind"
        covered: set[int] = set()
        for entity in doc._.entities:
            assert entity.name == entity.surfaces[0]
            assert {span.text for span in entity.spans} == set(entity.surfaces)
            assert 0 <= entity.score <= 1 and len(entity.span_scores) == len(entity.spans)
            for span in entity.spans:
                tokens = set(range(span.start, span.end))
                assert not tokens & covered, "mentions do not overlap"
                covered |= tokens
                assert span.label_ == entity.kind
                assert doc.text[span.start_char : span.end_char] == span.text == span.text.strip()


@pytest.mark.parametrize(
    ("full", "letters", "short", "expected"),
    [
        ("adaptive confidence smoothing", "confidence smoothing", "COSMO", "adaptive confidence smoothing"),
        ("confidence smoothing", "confidence smoothing", "COSMO", "confidence smoothing"),
        ("robust deep neural networks", "deep neural networks", "DNNs", "deep neural networks"),
    ],
)
def test_letters_may_miss_the_first_words_of_a_name_and_initials_do_not(
    full: str, letters: str, short: str, expected: str
) -> None:
    doc = spacy.blank("en")(f"We use {full} ({short}) here.")
    words = words_of(doc)
    count = len(full.split())
    long = doc[2 + count - len(letters.split()) : 2 + count]
    assert find_full_form(long, short, words, [(2, 2 + count)]) == expected
