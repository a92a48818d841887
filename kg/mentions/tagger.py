"""The tagger: which words may be mentions of an entity, by BIO tags decoded under their constraints.

It leans towards recall; what is an entity, and of what kind, is decided for each document entity in `entities`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.attrs import IS_SPACE
from spacy.language import Language
from spacy.tokens import Doc

from kg.heads import Array, TrainedComponent, softmax

#: Words that are outside with this probability end a stretch that is worth decoding: no path enters them.
_SURELY_OUTSIDE = 0.999
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
#: Marks that may end a name ("C++", "A*").
_KEPT = frozenset(["+", "++", "*", "#"])


def decode(log_probabilities: Array, bias: float = 0.0) -> list[tuple[int, int, int]]:
    """Return (start, end, kind) of each span on the best path through BIO tags.

    Tags are O, then B and I of each kind. I follows only B or I of its kind (Viterbi 1967).

    Args:
        log_probabilities: shape (words, 1 + 2 * kinds).
        bias: what is taken off O's log probability, to favour recall.

    >>> p = np.log(np.array([[.1, .8, .1], [.1, .2, .7], [.9, .05, .05]], np.float32))
    >>> decode(p)
    [(0, 2, 0)]
    """
    scores = log_probabilities.copy()
    scores[:, 0] -= bias
    words, tags = scores.shape
    if not words:
        return []
    inside = np.arange(2, tags, 2)
    best: Array = scores[0].copy()
    best[inside] = -np.inf
    came_from = np.zeros((words, tags), np.int64)
    for word in range(1, words):
        leader = int(best.argmax())
        came_from[word] = leader
        stay = best[inside] >= best[inside - 1]
        came_from[word, inside] = np.where(stay, inside, inside - 1)
        best = scores[word] + best[came_from[word]]
    tag = int(best.argmax())
    path = [tag]
    for word in range(words - 1, 0, -1):
        tag = int(came_from[word, tag])
        path.append(tag)
    path.reverse()
    return _spans(path)


def _spans(path: list[int]) -> list[tuple[int, int, int]]:
    spans, start = [], -1
    for word, tag in enumerate([*path, 0]):
        if start >= 0 and (tag == 0 or tag % 2 == 1):
            spans.append((start, word, (path[start] - 1) // 2))
            start = -1
        if tag % 2 == 1:
            start = word
    return spans


def decode_stretches(probabilities: Array, bias: float) -> list[tuple[int, int, int]]:
    """Return what `decode` finds, run only over the stretches of words that are not surely outside."""
    open_words = np.flatnonzero(probabilities[:, 0] < _SURELY_OUTSIDE)
    if not len(open_words):
        return []
    found = []
    for stretch in np.split(open_words, np.flatnonzero(np.diff(open_words) > 1) + 1):
        first, last = int(stretch[0]), int(stretch[-1]) + 1
        part = np.log(np.maximum(probabilities[first:last], 1e-12))
        found += [(first + s, first + e, kind) for s, e, kind in decode(part, bias)]
    return found


def trim(printed: Sequence[str], start: int, end: int) -> list[tuple[int, int]]:
    """Return the ranges of words that a tagged range names: brackets and marks at its ends do not belong to it.

    A full form with its acronym in brackets is two names.

    >>> trim(["graph", "networks", "(", "GNN", ")"], 0, 5), trim(["(", "BERT", ","], 0, 3)
    ([(0, 2), (3, 4)], [(1, 2)])
    """
    for at in range(start, end):
        if printed[at] in _OPENING and at > start:
            closing = next((i for i in range(at, end) if printed[i] in _CLOSING), end)
            inner = trim(printed, at + 1, closing) if closing > at + 1 else []
            return trim(printed, start, at) + inner
        if printed[at] in _CLOSING and at > start and not any(word in _OPENING for word in printed[start:at]):
            return trim(printed, start, at)
    while start < end and not any(c.isalnum() for c in printed[start]):
        start += 1
    while start < end and not any(c.isalnum() for c in printed[end - 1]) and printed[end - 1] not in _KEPT:
        end -= 1
    named = any(c.isalpha() for word in printed[start:end] for c in word)
    return [(start, end)] if named else []


def word_indices(doc: Doc) -> npt.NDArray[np.int64]:
    """Return the indices of the tokens that are not white space."""
    found: npt.NDArray[np.int64] = np.flatnonzero(doc.to_array(IS_SPACE) == 0)
    return found


@Language.factory("kg_mentions", requires=["doc.tensor"], assigns=["doc.spans", "doc.user_data"], retokenizes=False)
def create_tagger(nlp: Language, name: str) -> "Tagger":
    """Return the component: the factory that spaCy calls."""
    return Tagger(name)


class Tagger(TrainedComponent):
    """Sets `doc.spans["kg_candidates"]`, and the tags' probabilities in `doc.user_data["kg_tags"]`.

    Settings: `kinds` (names, in the order of the tags) and `bias` (see `decode`).
    """

    NEEDED = ("kinds", "bias")

    def __call__(self, doc: Doc) -> Doc:
        """Tag one document."""
        words = word_indices(doc)
        candidates: list[Any] = []
        if len(words) and self.weights:
            logits = doc.tensor[words] @ self.weights["tag.weight"] + self.weights["tag.bias"]
            probabilities = softmax(logits)
            doc.user_data["kg_tags"] = probabilities
            kinds = self.settings["kinds"]
            printed = [doc[int(word)].text for word in words]
            for tagged_start, tagged_end, kind in decode_stretches(probabilities, float(self.settings["bias"])):
                for start, end in trim(printed, tagged_start, tagged_end):
                    span = doc[int(words[start]) : int(words[end - 1]) + 1]
                    span.label_ = kinds[kind]
                    candidates.append(span)
        doc.spans["kg_candidates"] = candidates
        return doc
