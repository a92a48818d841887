"""What each sentence of an abstract does, and whether it is a claim: one trained head over sentence vectors."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.heads import Array, TrainedComponent, softmax
from kg.records import SentenceRole
from kg.words import Sums, running_sums, span_means, words_of


def sentence_features(vectors: Array, places: Sequence[tuple[int, int]], sums: Sums | None = None) -> Array:
    """Return the inputs of the head, a row a sentence: its mean vector, its neighbours', its place in the document.

    Shape (sentences, 3 * width + 3). ``places`` are half-open ranges of rows of ``vectors``; ``sums`` are the
    `running_sums` of these, where they are at hand.
    """
    means = span_means(running_sums(vectors) if sums is None else sums, places)
    count = len(places)
    before = np.vstack([np.zeros_like(means[:1]), means[:-1]])
    after = np.vstack([means[1:], np.zeros_like(means[:1])])
    at = np.arange(count)
    position = np.stack([at / count, at == 0, at == count - 1], axis=1).astype(np.float32)
    return np.hstack([means, before, after, position]).astype(np.float32)


@Language.factory(
    "kg_claims",
    requires=["doc.tensor", "doc.sents"],
    assigns=["doc._.sentence_roles", "doc._.claims"],
    retokenizes=False,
)
def create_classifier(nlp: Language, name: str) -> "SentenceClassifier":
    """Return the component: the factory that spaCy calls."""
    for extension in ("sentence_roles", "claims"):
        if not Doc.has_extension(extension):
            Doc.set_extension(extension, default=[])
    return SentenceClassifier(name)


class SentenceClassifier(TrainedComponent):
    """Sets `doc._.sentence_roles` (a role a sentence) and `doc._.claims` ((span, type, score) of each claim).

    Settings: `roles`, `types` (the first is none), `calibration`. A sentence is a claim when the probability that it is
    of any type reaches `threshold`; that probability is its score.
    """

    NEEDED = ("roles", "types")

    def __call__(self, doc: Doc) -> Doc:
        """Classify the sentences of one document."""
        sentences = list(doc.sents) if len(doc) else []
        roles: list[str] = []
        claims: list[tuple[Span, str, float]] = []
        if sentences and self.weights:
            roles, claims = self._classify(doc, sentences)
        doc._.sentence_roles = roles
        doc._.claims = claims
        return doc

    def _classify(self, doc: Doc, sentences: list[Span]) -> tuple[list[str], list[tuple[Span, str, float]]]:
        words = words_of(doc)
        places = [(words.before[s.start], words.before[s.end]) for s in sentences]
        logits = self.two_layers("sentence", sentence_features(words.vectors(doc), places, words.sums(doc)))
        names: list[str] = self.settings["roles"]
        types: list[str] = self.settings["types"]
        best = logits[:, : len(names)].argmax(axis=1)
        probabilities = softmax(logits[:, len(names) :])
        title_end = words.text.find("\n\n")
        roles: list[str] = []
        claims: list[tuple[Span, str, float]] = []
        for span, role, probability in zip(sentences, best, probabilities, strict=True):
            if span.start_char < title_end:
                roles.append(SentenceRole.TITLE.value)
                continue
            roles.append(names[int(role)])
            of_type: Any = probability[1:]
            score = self.calibrated(float(of_type.sum()))
            if score >= self.threshold and words.text[span.start_char : span.end_char].strip():
                claims.append((span, types[1 + int(of_type.argmax())], score))
        return roles, claims
