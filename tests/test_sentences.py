"""Sentences: no abbreviation ends one, the title is one, and they cover the text in order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sentences import find_sentences
from tests.model import shipped


def split(abstract: str) -> list[str]:
    text = f"A title\n\n{abstract}"
    return [text[a:b] for a, b in find_sentences(text)][1:]


@pytest.mark.parametrize(
    "abstract",
    [
        "Models, e.g. BERT, are large.",
        "Named after I. Newton it is quick.",
        "As shown by Smith et al. This holds for most.",
        "We compare vs. BERT on all of them.",
        "It gains 3.4 points on it.",
        "See Fig. 3 for the whole of it.",
    ],
)
def test_abbreviations_and_numbers_end_no_sentence(abstract: str) -> None:
    assert split(abstract) == [abstract]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("We propose a method for images.", "It works well."),
        ("Does it learn to reason at all?", "It does not."),
        ('They call it "attention to words."', "We agree with that."),
        ("Accuracy rises by 3.4%.", "$O(n)$ time is enough."),
        ("It is quick (and it is small).", "(Code is online.)"),
    ],
)
def test_two_sentences_are_two(first: str, second: str) -> None:
    assert split(f"{first} {second}") == [first, second]


def test_a_title_with_stops_is_one_sentence() -> None:
    text = "What now? Attention. Is all you need\n\nWe use it."
    assert text[slice(*find_sentences(text)[0])] == "What now? Attention. Is all you need"


@given(st.text(alphabet=st.sampled_from("aA .!?\n()$9é\"'"), max_size=120))
def test_sentences_are_in_order_and_leave_out_only_white_space(text: str) -> None:
    end = 0
    for start, stop in find_sentences(text):
        assert end <= start < stop
        assert not text[end:start].strip()
        end = stop
    assert not text[end:].strip()


@given(st.text(alphabet=st.sampled_from("aA .!?\n()$9é\"'"), max_size=120))
def test_the_first_token_begins_a_sentence_whatever_the_text(text: str) -> None:
    nlp = shipped()
    doc = nlp.get_pipe("kg_sentences")(nlp.make_doc(text))
    assert len(doc) == 0 or doc[0].is_sent_start
    assert sum(len(span) for span in doc.sents) == len(doc)
    assert all(token.is_sent_start in (True, False) for token in doc)
