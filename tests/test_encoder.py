"""The encoder: one vector a word, from nothing but the document's own text."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from kg.encoder import Encoder, _windows
from tests.model import ABSTRACT, TITLE, read, shipped

#: Word pieces of a window without the two special ones, and what is asked for on both sides of a piece.
WIDTH, CONTEXT = 510, 64


def encode(text: str) -> Doc:
    nlp = shipped()
    encoder = nlp.get_pipe("kg_encoder")
    doc: Doc = encoder(nlp.make_doc(text))
    return doc


@given(st.integers(min_value=511, max_value=6000))
def test_windows_keep_each_place_once_and_with_context(length: int) -> None:
    kept_until = 0
    for start, keep_from, keep_to in _windows(length, WIDTH):
        assert keep_from == kept_until < keep_to
        assert 0 <= start <= keep_from and keep_to <= start + WIDTH <= length
        assert keep_from - start >= CONTEXT or keep_from == 0
        assert start + WIDTH - keep_to >= CONTEXT or keep_to == length
        kept_until = keep_to
    assert kept_until == length


def test_each_word_has_a_vector_and_white_space_has_none() -> None:
    doc = read(TITLE, ABSTRACT)
    assert doc.tensor.shape == (len(doc), 384)
    assert doc.tensor.dtype == np.float32
    lengths = np.linalg.norm(doc.tensor, axis=1)
    for token, length in zip(doc, lengths, strict=True):
        assert (length == 0) == token.is_space, token


def test_a_word_has_another_vector_in_another_context() -> None:
    one, other = encode("The Adam optimizer converges."), encode("Adam met Eve.")
    assert not np.allclose(one.tensor[1], other.tensor[0])


def test_vectors_do_not_depend_on_what_was_read_before() -> None:
    text = f"{TITLE}\n\n{ABSTRACT}"
    first = encode(text).tensor
    encode("Something else, and much shorter.")
    assert np.array_equal(first, encode(text).tensor)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "Title only", "\n\nAbstract only.", "a\u200bb \ufeff word", "数据 挖掘", "🙂 smile", "x" * 5000],
)
def test_odd_texts_are_encoded(text: str) -> None:
    doc = encode(text)
    assert doc.tensor.shape == (len(doc), 384)
    assert np.isfinite(doc.tensor).all()


def test_a_long_text_is_read_to_its_end() -> None:
    doc = encode("We train a network on images. " * 150)
    words = [token.i for token in doc if not token.is_space]
    assert len(words) > 1000
    assert np.linalg.norm(doc.tensor[words], axis=1).min() > 0


def test_the_start_of_a_long_text_is_read_as_if_it_ended_at_the_window() -> None:
    text = "We train a network on images. " * 150
    long, short = encode(text), encode(text[: 30 * 72])
    close = [float(np.dot(a, b) / np.linalg.norm(a) / np.linalg.norm(b)) for a, b in
             zip(long.tensor[:300], short.tensor[:300], strict=True) if a.any()]  # fmt: skip
    assert min(close) > 0.8


def test_a_model_that_was_copied_gives_the_same_vectors(tmp_path: Path) -> None:
    nlp = shipped()
    nlp.get_pipe("kg_encoder").to_disk(tmp_path / "copy")
    copied = Encoder().from_disk(tmp_path / "copy")
    doc = copied(nlp.make_doc(ABSTRACT))
    assert np.array_equal(doc.tensor, encode(ABSTRACT).tensor)


def test_a_folder_without_a_model_says_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"settings\.json"):
        Encoder().from_disk(tmp_path)
