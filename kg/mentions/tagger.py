"""The tagger: which words may be mentions of an entity, by BIO tags decoded under their constraints.

It leans towards recall; what is an entity, and of what kind, is decided for each document entity in `entities`.
"""

import itertools
from collections.abc import Sequence

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.heads import Array, TrainedComponent, softmax
from kg.words import words_of

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
    if not len(log_probabilities):
        return []
    return _spans(_best_paths(_favouring_recall(log_probabilities, bias), [0], [len(log_probabilities)])[0])


def _favouring_recall(log_probabilities: Array, bias: float) -> Array:
    scores = log_probabilities.copy()
    scores[:, 0] -= bias
    return scores


def _best_paths(scores: Array, begins: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """Return the best path of tags through each stretch of rows; all go forward together, a word a step."""
    tags = scores.shape[1]
    inside = np.arange(2, tags, 2)
    # The longest first: those that go on are the first rows.
    order = sorted(range(len(lengths)), key=lambda stretch: -lengths[stretch])
    first = np.array([begins[stretch] for stretch in order])
    best: Array = scores[first]
    best[:, inside] = -np.inf
    steps: list[list[list[int]]] = []
    going = len(order)
    rows = np.arange(going)[:, None]
    for step in range(1, lengths[order[0]]):
        while lengths[order[going - 1]] <= step:
            going -= 1
        reached = best[:going]
        came_from = np.empty((going, tags), np.int64)
        came_from[:] = reached.argmax(axis=1)[:, None]
        came_from[:, inside] = inside - (reached[:, inside] < reached[:, inside - 1])
        best[:going] = scores[first[:going] + step] + reached[rows[:going], came_from]
        steps.append(came_from.tolist())
    paths: list[list[int]] = [[] for _ in lengths]
    for number, (stretch, tag) in enumerate(zip(order, best.argmax(axis=1).tolist(), strict=True)):
        path: list[int] = [int(tag)]
        for came in reversed(steps[: lengths[stretch] - 1]):
            path.append(came[number][path[-1]])
        paths[stretch] = path[::-1]
    return paths


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
    starts = [0, *(np.flatnonzero(np.diff(open_words) > 1) + 1).tolist()]
    lengths = [end - start for start, end in itertools.pairwise([*starts, len(open_words)])]
    scores = _favouring_recall(np.log(np.maximum(probabilities[open_words], 1e-12)), bias)
    found = []
    for start, path in zip(starts, _best_paths(scores, starts, lengths), strict=True):
        first = int(open_words[start])
        found += [(first + s, first + e, kind) for s, e, kind in _spans(path)]
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
        words = words_of(doc)
        candidates: list[Span] = []
        if words.places and self.weights:
            logits = words.vectors(doc) @ self.weights["tag.weight"] + self.weights["tag.bias"]
            probabilities = softmax(logits)
            doc.user_data["kg_tags"] = probabilities
            kinds = self.settings["kinds"]
            printed = [words.text[start:end] for start, end in words.places]
            token_of = words.index.tolist()
            for tagged_start, tagged_end, kind in decode_stretches(probabilities, float(self.settings["bias"])):
                for start, end in trim(printed, tagged_start, tagged_end):
                    candidates.append(Span(doc, token_of[start], token_of[end - 1] + 1, label=kinds[kind]))
        doc.spans["kg_candidates"] = candidates
        return doc
