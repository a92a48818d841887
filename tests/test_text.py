"""Text in, text out: cleaning, keys, slugs, digests and identifiers, whatever the text."""

import json
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.text import (
    arxiv_id,
    clean,
    digest,
    doi,
    fold,
    is_acronym,
    lowered,
    normalise,
    one_line,
    singular,
    slug,
    title_key,
)

#: Any text that Python can hold, lone surrogates included: what a JSON file may bring.
ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)


@given(ANYTHING)
def test_cleaned_text_can_be_written_as_utf8_json_and_xml(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert json.loads(json.dumps(cleaned)) == cleaned
    element = ElementTree.Element("e")
    element.text = cleaned
    assert (ElementTree.fromstring(ElementTree.tostring(element, "utf-8")).text or "") == cleaned


@given(ANYTHING)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert unicodedata.is_normalized("NFC", clean(text))


def test_cleaning_keeps_what_harms_nobody() -> None:
    kept = 'tabs\t, lines\n, "quotes", <b>, العربية, \U0001f600, e\u0301'
    assert clean(kept) == unicodedata.normalize("NFC", kept)


def test_a_surrogate_pair_is_joined_and_a_lone_one_replaced() -> None:
    assert clean("\ud83d\ude00") == "\U0001f600"
    assert clean("a\ude00b") == "a\ufffdb"


def test_every_kind_of_line_end_becomes_a_line_feed() -> None:
    assert clean("a\r\nb\rc\nd") == "a\nb\nc\nd"


@given(ANYTHING)
def test_one_line_has_no_line_ends_and_no_space_at_its_ends(text: str) -> None:
    line = one_line(text)
    assert "\n" not in line
    assert "  " not in line
    assert line == line.strip()


@given(ANYTHING)
def test_a_normal_form_is_its_own_normal_form_in_case_and_accents(text: str) -> None:
    assert normalise(text) == normalise(text)
    assert normalise(fold(text)) == normalise(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Graph Neural Networks", "graph neural-network"),
        ("  word\u00a0embedding ", "Word Embeddings"),
        ("CIFAR10", "cifar10"),
        ("Schr\u00f6dinger bridges", "Schrodinger Bridge"),
        ("\uff22\uff25\uff32\uff34", "BERT"),
        ("SQuAD v1.1", "squad V1.1"),
    ],
)
def test_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CIFAR-10", "CIFAR-100"),
        ("GPT-3", "GPT-4"),
        ("BERT-base", "BERT-large"),
        ("supervised learning", "semi-supervised learning"),
        ("loss", "los"),
        ("C", ""),
    ],
)
def test_names_of_two_things_stay_apart(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_a_name_without_latin_letters_keeps_a_key_of_its_own() -> None:
    assert normalise("العربية")
    assert normalise("日本語") != normalise("العربية")
    assert normalise("+") != normalise("*")


@pytest.mark.parametrize(
    ("plural", "single"),
    [("classes", "class"), ("matrices", "matrice"), ("gas", "gas"), ("boundaries", "boundary"), ("is", "is"), ("", "")],
)
def test_the_singular_goes_by_the_ending_alone(plural: str, single: str) -> None:
    assert singular(plural) == single


@given(ANYTHING)
def test_a_slug_is_a_path_segment_of_bounded_length(text: str) -> None:
    made = slug(text, 20)
    assert len(made) <= 20
    assert not set(made) - set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not made.startswith("-")
    assert not made.endswith("-")


def test_a_slug_is_cut_between_words() -> None:
    assert slug("alpha beta gamma", 12) == "alpha-beta"
    assert slug("a" * 70, 60) == "a" * 60


@given(st.lists(ANYTHING, max_size=4), st.lists(ANYTHING, max_size=4))
def test_a_digest_tells_lists_of_parts_apart(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


def test_a_digest_is_the_same_in_every_release() -> None:
    # Ids are made of it: a change here changes every id in every graph.
    assert digest("Dataset", "cifar 10") == "b55330b7d2fa"
    assert len(digest("x", length=24)) == 24


@pytest.mark.parametrize(
    "spelling",
    [
        "2310.01234",
        "2310.01234v3",
        " arXiv:2310.01234v1 ",
        "ARXIV:2310.01234",
        "https://arxiv.org/abs/2310.01234",
        "http://arxiv.org/pdf/2310.01234v2.pdf",
        "https://export.arxiv.org/abs/2310.01234v12",
        "https://huggingface.co/papers/2310.01234",
        "10.48550/arXiv.2310.01234",
        "https://doi.org/10.48550/ARXIV.2310.01234",
        "arXiv preprint arXiv:2310.01234 [cs.CL]",
    ],
)
def test_every_spelling_of_an_arxiv_id_gives_the_same(spelling: str) -> None:
    assert arxiv_id(spelling) == "2310.01234"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("cs/0102003", "cs/0102003"),
        ("cs.CL/0102003v2", "cs/0102003"),
        ("https://arxiv.org/abs/hep-th/9901001", "hep-th/9901001"),
        ("0704.0001", "0704.0001"),
        ("10.48550/arXiv.cs/0102003", "cs/0102003"),
        ("", ""),
        ("2313.01234", ""),
        ("2310.012345", ""),
        ("12310.01234", ""),
        ("10.1145/3292500.3330701", ""),
        ("https://doi.org/10.1109/2310.01234", ""),
        ("GPT-3", ""),
        ("version 1.2.3", ""),
    ],
)
def test_what_is_no_arxiv_id_is_not_taken_for_one(value: str, expected: str) -> None:
    assert arxiv_id(value) == expected


@pytest.mark.parametrize(
    "spelling",
    [
        "10.18653/v1/N19-1423",
        "doi:10.18653/V1/n19-1423",
        "https://doi.org/10.18653/v1/N19-1423",
        "http://dx.doi.org/10.18653/v1/n19-1423.",
        "DOI 10.18653/v1/N19-1423, page 3",
    ],
)
def test_every_spelling_of_a_doi_gives_the_same(spelling: str) -> None:
    assert doi(spelling) == "10.18653/v1/n19-1423"


@pytest.mark.parametrize("value", ["", "none", "10.48550/arXiv.2310.01234", "10.1/x", "http://doi.org/"])
def test_what_is_no_doi_gives_nothing(value: str) -> None:
    assert doi(value) == ""


@given(ANYTHING)
def test_identifiers_found_are_found_again_in_themselves(text: str) -> None:
    for find in (arxiv_id, doi):
        if found := find(text):
            assert find(found) == found


def test_titles_meet_whatever_their_punctuation_and_case() -> None:
    assert title_key("Attention Is All You Need!") == title_key(" attention is all\nyou need")
    assert title_key("Über-Titel: 2.0") == title_key("uber titel 20")
    assert title_key("注意力 就是 一切") == "注意力就是一切"
    assert title_key("?!") == ""


@pytest.mark.parametrize("name", ["BERT", "CNNs", "mAP", "GPT-4", "ReLU", "3D-CNN"])
def test_acronyms_have_the_shape_of_one(name: str) -> None:
    assert is_acronym(name)


@pytest.mark.parametrize("name", ["A", "Adam", "Bayesian", "two WORDS", "ImageNet", "", "ABCDEFGHIJKLMN"])
def test_words_and_names_have_not(name: str) -> None:
    assert not is_acronym(name)


@given(ANYTHING)
def test_small_letters_stand_where_the_large_ones_stood(text: str) -> None:
    low = lowered(text)
    assert len(low) == len(text)
    assert all(a == b or b == a.lower() or a.lower() == b.lower() for a, b in zip(text, low, strict=True))
    assert lowered("\u0130n BERT") == "\u0130n bert"
