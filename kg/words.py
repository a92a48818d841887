"""The words of a document, worked out once for all components: where they stand, their vectors, and sums of these.

A word is a token that is not white space. spaCy's Doc makes its text and its tokens anew each time it is asked; here
they are kept beside the Doc as long as it lives, neither in it nor in what is written of it.
"""

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from spacy.attrs import IDX, IS_SPACE, LENGTH
from spacy.tokens import Doc

Array = npt.NDArray[np.float32]
Sums = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: From so many columns on, rows are added one by one: numpy's own running sum goes down each column, a cache miss a
#: number (ten times slower at 384 columns, quicker below about 40). The sums are the same to the last bit.
_WIDE = 64


def running_sums(vectors: Array) -> Sums:
    """Return the sums of the first 0, 1, 2, ... rows, shape (rows + 1, width): what means of spans are made of."""
    sums = np.zeros((len(vectors) + 1, vectors.shape[1]))
    if vectors.shape[1] < _WIDE:
        np.cumsum(vectors, axis=0, dtype=np.float64, out=sums[1:])
        return sums
    sums[1:] = vectors
    last, *others = sums
    for row in others:
        np.add(last, row, row)
        last = row
    return sums


def span_means(sums: Sums, spans: Iterable[tuple[int, int]]) -> Array:
    """Return the mean vector of each half-open span of rows, shape (spans, width); zeros for an empty span.

    ``sums`` are the `running_sums` of the vectors.
    """
    bounds = np.array(list(spans), dtype=np.int64).reshape(-1, 2)
    lengths = np.maximum(bounds[:, 1] - bounds[:, 0], 1)
    means: Array = ((sums[bounds[:, 1]] - sums[bounds[:, 0]]) / lengths[:, None]).astype(np.float32)
    return means


class Words:
    """The words of one document.

    `text` is the document's; `index` the tokens that are words; `starts` and `ends` their offsets, `places` the same as
    pairs; `before` how many words stand before each token, and at last how many there are.
    """

    __slots__ = ("_sums", "_tensor", "_vectors", "before", "ends", "index", "places", "starts", "text", "tokens")

    def __init__(self, doc: Doc) -> None:
        """Work out what the tokens tell; vectors come later, from the encoder."""
        self.text: str = doc.text
        self.tokens = len(doc)
        table = doc.to_array([IDX, LENGTH, IS_SPACE]).astype(np.int64).reshape(-1, 3)
        is_word = table[:, 2] == 0
        self.index: Integers = np.flatnonzero(is_word)
        self.starts: Integers = table[self.index, 0]
        self.ends: Integers = self.starts + table[self.index, 1]
        self.places: list[tuple[int, int]] = list(zip(self.starts.tolist(), self.ends.tolist(), strict=True))
        self.before: list[int] = [0, *np.cumsum(is_word).tolist()]
        self._tensor: Any = None
        self._vectors: Array | None = None
        self._sums: Sums | None = None

    def vectors(self, doc: Doc) -> Array:
        """Return a row a word of ``doc.tensor``, shape (words, width)."""
        if self._vectors is None or self._tensor is not doc.tensor:
            self._tensor, self._sums = doc.tensor, None
            self._vectors = doc.tensor[self.index]
        return self._vectors

    def sums(self, doc: Doc) -> Sums:
        """Return the `running_sums` of the vectors, shape (words + 1, width)."""
        vectors = self.vectors(doc)
        if self._sums is None:
            self._sums = running_sums(vectors)
        return self._sums


_KNOWN: "WeakKeyDictionary[Doc, Words]" = WeakKeyDictionary()


def words_of(doc: Doc) -> Words:
    """Return the words of a document; worked out when first asked, forgotten with the document."""
    words = _KNOWN.get(doc)
    if words is None or words.tokens != len(doc):
        words = _KNOWN[doc] = Words(doc)
    return words
