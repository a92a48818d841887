"""Relations between entities of one document, by a trained head over pairs that meet in a sentence or in neighbours."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from spacy.attrs import IS_SPACE
from spacy.language import Language
from spacy.tokens import Doc

from kg.heads import Array, TrainedComponent, running_sums, softmax, span_means

Place = tuple[int, int]

#: A pair's distance in words counts up to this; beyond it is "far".
_FAR = 30
#: What a mention in the title costs when the nearest mentions of a pair are chosen: prose says more than a title.
_TITLE_COST = 1000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An ordered pair of entities (indices), their nearest mentions (ranges of words), and the first one's sentence.

    `step` is 0 when both stand in that sentence, 1 or -1 when the second stands in the next or the one before.
    """

    subject: int
    object: int
    subject_place: Place
    object_place: Place
    sentence: int
    step: int


def find_pairs(mentions: Sequence[Sequence[Place]], sentences: Sequence[Place]) -> list[Pair]:
    """Return every ordered pair of entities that meet in one sentence or in neighbouring ones.

    Args:
        mentions: for each entity, its mentions as ranges of words, sorted.
        sentences: ranges of words.
    """
    where: list[dict[int, Place]] = []
    for places in mentions:
        seen: dict[int, Place] = {}
        for place in places:
            for number, (start, end) in enumerate(sentences):
                if start <= place[0] < end:
                    seen.setdefault(number, place)
        where.append(seen)
    pairs = []
    for i, first in enumerate(where):
        for j, second in enumerate(where):
            if i == j:
                continue
            best: tuple[tuple[int, int, int], Pair] | None = None
            for number, place in first.items():
                for step in (0, 1, -1):
                    other = second.get(number + step)
                    if other is None:
                        continue
                    title = _TITLE_COST if number == 0 or number + step == 0 else 0
                    cost = (abs(step), abs(place[0] - other[0]) + title, number)
                    if best is None or cost < best[0]:
                        best = (
                            cost,
                            Pair(
                                subject=i, object=j, subject_place=place, object_place=other, sentence=number, step=step
                            ),
                        )
            if best:
                pairs.append(best[1])
    return pairs


def pair_features(
    vectors: Array, pairs: Sequence[Pair], kinds: Sequence[int], sentences: Sequence[Place], count: int
) -> Array:
    """Return the inputs of the head, a row a pair; shape (pairs, 5 * width + 2 * count + 4).

    Args:
        vectors: a row a word.
        pairs: what `find_pairs` found.
        kinds: for each entity the number of its kind.
        sentences: ranges of words.
        count: how many kinds there are.
    """
    between = []
    for pair in pairs:
        a, b = sorted([pair.subject_place, pair.object_place])
        between.append((a[1], max(a[1], b[0])))
    features = np.zeros((len(pairs), 2 * count + 4), np.float32)
    for row, (pair, (low, high)) in enumerate(zip(pairs, between, strict=True)):
        features[row, kinds[pair.subject]] = 1
        features[row, count + kinds[pair.object]] = 1
        features[row, 2 * count :] = (
            pair.subject_place[0] < pair.object_place[0],
            min(1.0, (high - low) / _FAR),
            pair.step != 0,
            pair.sentence == 0,
        )
    sums = running_sums(vectors)
    whole = np.broadcast_to(vectors.mean(axis=0), (len(pairs), vectors.shape[1]))
    return np.hstack(
        [
            span_means(sums, [pair.subject_place for pair in pairs]),
            span_means(sums, [pair.object_place for pair in pairs]),
            span_means(sums, between),
            span_means(sums, [sentences[pair.sentence] for pair in pairs]),
            whole,
            features,
        ]
    ).astype(np.float32)


@Language.factory(
    "kg_relations", requires=["doc.tensor", "doc.sents", "doc._.entities"], assigns=["doc._.relations"],
    retokenizes=False,
)  # fmt: skip
def create_relations(nlp: Language, name: str) -> "Relations":
    """Return the component: the factory that spaCy calls."""
    if not Doc.has_extension("relations"):
        Doc.set_extension("relations", default=[])
    return Relations(name)


class Relations(TrainedComponent):
    """Sets `doc._.relations`: (subject's name, predicate, object's name, evidence span, score), by pair.

    Settings: `kinds`, `predicates` (the first is none), `calibration`, and `allowed`: predicate -> list of
    [subject kind, object kind] that it can join (absent: any).
    """

    def __call__(self, doc: Doc) -> Doc:
        """Relate the entities of one document."""
        known = {kind: number for number, kind in enumerate(self.settings.get("kinds", []))}
        entities = [entity for entity in doc._.entities if entity.kind in known]
        doc._.relations = self._relate(doc, entities, known) if len(entities) > 1 and self.weights else []
        return doc

    def _relate(self, doc: Doc, entities: list[Any], known: dict[str, int]) -> list[tuple[str, str, str, Any, float]]:
        spaces = doc.to_array(IS_SPACE) != 0
        before = np.concatenate([[0], np.cumsum(~spaces)])
        spans = list(doc.sents)
        sentences = [(int(before[s.start]), int(before[s.end])) for s in spans]
        mentions = [sorted((int(before[m.start]), int(before[m.end])) for m in entity.spans) for entity in entities]
        pairs = find_pairs(mentions, sentences)
        if not pairs:
            return []
        kinds = [known[entity.kind] for entity in entities]
        vectors = doc.tensor[np.flatnonzero(~spaces)]
        logits = self.two_layers("relation", pair_features(vectors, pairs, kinds, sentences, len(known)))
        predicates: list[str] = self.settings["predicates"]
        probabilities = softmax(logits)
        found = []
        for pair, probability in zip(pairs, probabilities, strict=True):
            subject, other = entities[pair.subject], entities[pair.object]
            best = int(self._possible(predicates, subject.kind, other.kind, probability).argmax())
            score = self.calibrated(float(probability[best]))
            if best and score >= self.threshold:
                first, last = sorted((pair.sentence, pair.sentence + pair.step))
                evidence = doc[spans[first].start : spans[last].end]
                found.append((subject.name, predicates[best], other.name, evidence, score))
        return found

    def _possible(self, predicates: list[str], subject: str, other: str, probability: Array) -> Array:
        """Return the probabilities with those of predicates that cannot join these kinds at zero."""
        allowed: dict[str, list[list[str]]] = self.settings.get("allowed", {})
        mask = [name not in allowed or [subject, other] in allowed[name] for name in predicates]
        possible: Array = probability * np.array(mask, np.float32)
        possible[0] = 0.0
        return possible
