"""The words of a document: where they stand, their means, and that nothing of them outlives or enters the Doc."""

import gc
import weakref

import numpy as np
import spacy

from kg.words import Words, running_sums, span_means, words_of

NLP = spacy.blank("en")


def test_means_of_spans_are_those_of_their_rows() -> None:
    vectors = np.random.default_rng(1).normal(size=(9, 5)).astype(np.float32)
    spans = [(0, 9), (3, 4), (2, 7), (5, 5)]
    means = span_means(running_sums(vectors), spans)
    for (start, end), mean in zip(spans, means, strict=True):
        expected = vectors[start:end].mean(axis=0) if end > start else np.zeros(5)
        assert np.allclose(mean, expected, atol=1e-6)
    assert span_means(running_sums(vectors), []).shape == (0, 5)


def test_sums_are_the_same_to_the_last_bit_however_wide_the_rows() -> None:
    for rows, width in ((0, 384), (1, 384), (230, 384), (230, 9)):
        vectors = np.random.default_rng(rows).normal(size=(rows, width)).astype(np.float32)
        sums = running_sums(vectors)
        assert sums.shape == (rows + 1, width) and not sums[0].any()
        assert np.array_equal(sums[1:], np.cumsum(vectors, axis=0, dtype=np.float64))


def test_words_are_the_tokens_that_are_not_white_space() -> None:
    doc = NLP.make_doc("A title\n\n  Of  two words.")
    words = words_of(doc)
    assert words.text == doc.text
    assert [doc[int(i)].text for i in words.index] == ["A", "title", "Of", "two", "words", "."]
    assert [words.text[start:end] for start, end in words.places] == ["A", "title", "Of", "two", "words", "."]
    assert words.before == [sum(not token.is_space for token in doc[:i]) for i in range(len(doc) + 1)]
    assert words_of(NLP.make_doc("")).places == []


def test_words_are_worked_out_once_and_anew_when_tokens_or_vectors_change() -> None:
    doc = NLP.make_doc("Deep networks learn\n\nfast.")
    words = words_of(doc)
    assert words_of(doc) is words
    doc.tensor = np.ones((len(doc), 2), np.float32)
    assert words.sums(doc)[-1].tolist() == [5, 5]
    doc.tensor = np.full((len(doc), 2), 2, np.float32)
    assert words.vectors(doc).sum() == 20 and words.sums(doc)[-1].tolist() == [10, 10]
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[0:2])
    assert [words_of(doc).text[a:b] for a, b in words_of(doc).places] == ["Deep networks", "learn", "fast", "."]


def test_words_go_with_their_document_and_are_not_written_with_it() -> None:
    doc = NLP.make_doc("Deep networks learn.")
    words_of(doc)
    assert not doc.user_data
    assert spacy.tokens.Doc(NLP.vocab).from_bytes(doc.to_bytes()).text == doc.text
    gone = weakref.ref(doc)
    del doc
    gc.collect()
    assert gone() is None
    assert not [kept for kept in gc.get_objects() if isinstance(kept, Words) and kept.text == "Deep networks learn."]
