"""Relations between entities of one document, by a trained head over all pairs."""

import dataclasses
from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc

from kg.heads import Array, TrainedComponent, softmax
from kg.words import Sums, running_sums, span_means, words_of

Place = tuple[int, int]

#: A pair's distance in words counts up to this; beyond it is "far".
_FAR = 30
#: Sentences apart up to which two mentions count as met; beyond it the words between them say nothing.
_MET = 1
#: What a mention in the title costs when the nearest mentions of a pair are chosen: prose says more than a title.
_TITLE_COST = 1000
#: Features of a pair beside vectors, kinds and roles (`pair_blocks`), and how many vectors it has.
SURFACE_FEATURES, PAIR_VECTORS = 14, 7


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An ordered pair of entities (indices), their nearest mentions (ranges of words), and the first one's sentence.

    `step` is how many sentences later the second stands: 0 in the same, 1 in the next, -1 in the one before.
    """

    subject: int
    object: int
    subject_place: Place
    object_place: Place
    sentence: int
    step: int

    @property
    def met(self) -> bool:
        """Whether the two stand in one sentence or in neighbours."""
        return abs(self.step) <= _MET

    @property
    def between(self) -> Place:
        """The range of words between the two mentions; empty for entities that never meet."""
        first, second = sorted([self.subject_place, self.object_place])
        return (first[1], max(first[1], second[0])) if self.met else (0, 0)

    @property
    def evidence(self) -> tuple[int, int]:
        """First and last sentence that state it: both where they meet, else the later: it speaks of what was named."""
        low, high = sorted((self.sentence, self.sentence + self.step))
        return (low, high) if self.met else (high, high)


def sentences_of(places: Sequence[Place], sentences: Sequence[Place]) -> dict[int, Place]:
    """Return the sentences in which an entity stands, each with its first mention there.

    Args:
        places: its mentions, sorted ranges of words.
        sentences: ranges of words, sorted.
    """
    seen: dict[int, Place] = {}
    for place in places:
        number = bisect_right(sentences, place[0], key=itemgetter(0)) - 1
        if number >= 0 and place[0] < sentences[number][1]:
            seen.setdefault(number, place)
    return seen


def find_pairs(mentions: Sequence[Sequence[Place]], sentences: Sequence[Place]) -> list[Pair]:
    """Return every ordered pair of entities, at the mentions that are nearest to each other.

    Args:
        mentions: for each entity, its mentions as ranges of words, sorted.
        sentences: ranges of words.
    """
    where = [sentences_of(places, sentences) for places in mentions]
    pairs = []
    for i, first in enumerate(where):
        for j, second in enumerate(where):
            if i == j or not first or not second:
                continue
            (number, *_), (other, *_) = first, second
            if len(first) > 1 or len(second) > 1:
                # Least are the sentences between them, then the words; of equals the first are taken.
                _, _, number, other = min(
                    (abs(n - m), abs(here[0] - there[0]) + _TITLE_COST * (n == 0 or m == 0), n, m)
                    for n, here in first.items()
                    for m, there in second.items()
                )
            pairs.append(
                Pair(
                    subject=i,
                    object=j,
                    subject_place=first[number],
                    object_place=second[other],
                    sentence=number,
                    step=other - number,
                )
            )
    return pairs


def surface_features(
    pairs: Sequence[Pair],
    mentions: Sequence[Sequence[Place]],
    kinds: Sequence[int],
    introduced: Sequence[bool],
    sentences: Sequence[Place],
) -> Array:
    """Return what is known of each pair beside vectors, kinds and roles; shape (pairs, `SURFACE_FEATURES`).

    Order and distance, how often each is named, whether the title names it, how often they meet, and how many rivals
    there are: what else the paper introduces, and what else is of the object's kind.
    """
    rows = np.zeros((len(pairs), SURFACE_FEATURES), np.float32)
    if not pairs:
        return rows
    stands = np.zeros((len(mentions), len(sentences)), np.int64)
    for entity, places in enumerate(mentions):
        stands[entity, list(sentences_of(places, sentences))] = 1
    logs = np.log1p(np.arange(max(len(sentences), *map(len, mentions)) + 1))
    times = logs[[len(places) for places in mentions]]
    rivals = np.bincount(kinds)[list(kinds)] / 4
    subject, other, sentence, step, subject_at, subject_end, object_at, object_end = np.array(
        [(p.subject, p.object, p.sentence, p.step, *p.subject_place, *p.object_place) for p in pairs]
    ).T
    # `Pair.between`, for all at once.
    turned = (object_at < subject_at) | ((object_at == subject_at) & (object_end < subject_end))
    apart = np.where(turned, subject_at - object_end, object_at - subject_end)
    met = np.abs(step) <= _MET
    columns = (
        subject_at < object_at,
        np.minimum(1.0, np.maximum(apart, 0) * met / _FAR),
        step != 0,
        sentence == 0,
        ~met,
        times[subject],
        times[other],
        logs[(stands[subject] & stands[other]).sum(axis=1)],
        stands[subject, 0],
        stands[other, 0],
        sum(introduced) / 3,
        rivals[other],
        sentence / len(sentences),
        len(sentences) / 12,
    )
    for number, column in enumerate(columns):
        rows[:, number] = column
    return rows


Block = tuple[Array, npt.NDArray[np.int64]]


def pair_blocks(
    vectors: Array,
    pairs: Sequence[Pair],
    mentions: Sequence[Sequence[Place]],
    kinds: Sequence[int],
    roles: Sequence[int],
    sentences: Sequence[Place],
    counts: tuple[int, int],
    sums: Sums | None = None,
) -> list[Block]:
    """Return the inputs of the head as blocks of columns: the rows that differ, and the row of each pair.

    Side by side they have shape (pairs, 7 * width + 2 * kinds + 2 * roles + 14). Many pairs share an entity, a mention,
    a sentence: each is multiplied once (`kg.heads.TrainedComponent.two_layers_of_blocks`).

    Args:
        vectors: a row a word.
        pairs: what `find_pairs` found.
        mentions: for each entity, its mentions as ranges of words.
        kinds: for each entity the number of its kind.
        roles: for each entity the number of its role; the first role is "introduces".
        sentences: ranges of words.
        counts: how many kinds and how many roles there are.
        sums: the `running_sums` of the vectors, where they are at hand.
    """
    sums = running_sums(vectors) if sums is None else sums

    def means(places: Sequence[Place]) -> Block:
        distinct = {place: row for row, place in enumerate(sorted(set(places)))}
        return span_means(sums, distinct), np.array([distinct[place] for place in places], dtype=np.int64)

    named = np.array([len(places) for places in mentions])
    each = span_means(sums, [place for places in mentions for place in places])
    pooled = (np.add.reduceat(each, np.cumsum(named) - named, axis=0) / named[:, None]).astype(np.float32)
    one_of = np.hstack(
        [np.eye(counts[0], dtype=np.float32)[list(kinds)], np.eye(counts[1], dtype=np.float32)[list(roles)]]
    )
    subjects = np.array([pair.subject for pair in pairs], dtype=np.int64)
    objects = np.array([pair.object for pair in pairs], dtype=np.int64)
    introduced = [role == 0 for role in roles]
    return [
        means([pair.subject_place for pair in pairs]),
        means([pair.object_place for pair in pairs]),
        means([pair.between for pair in pairs]),
        means([sentences[pair.evidence[0]] for pair in pairs]),
        (vectors.mean(axis=0, keepdims=True), np.zeros(len(pairs), dtype=np.int64)),
        (pooled, subjects),
        (pooled, objects),
        (one_of, subjects),
        (one_of, objects),
        (surface_features(pairs, mentions, kinds, introduced, sentences), np.arange(len(pairs))),
    ]


def side_by_side(blocks: Sequence[Block]) -> Array:
    """Return the blocks as one array, a row a pair."""
    return np.hstack([rows[index] for rows, index in blocks]).astype(np.float32)


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

    Settings: `kinds`, `roles`, `predicates` (the first is none), `calibration`, and `allowed`: predicate -> list of
    [subject kind, object kind] that it can join (absent: any).
    """

    NEEDED = ("kinds", "roles", "predicates")

    def __call__(self, doc: Doc) -> Doc:
        """Relate the entities of one document."""
        known = {kind: number for number, kind in enumerate(self.settings.get("kinds", []))}
        entities = [entity for entity in doc._.entities if entity.kind in known]
        doc._.relations = self._relate(doc, entities, known) if len(entities) > 1 and self.weights else []
        return doc

    def _relate(self, doc: Doc, entities: list[Any], known: dict[str, int]) -> list[tuple[str, str, str, Any, float]]:
        words = words_of(doc)
        before = words.before
        spans = list(doc.sents)
        sentences = [(before[s.start], before[s.end]) for s in spans]
        mentions = [sorted((before[m.start], before[m.end]) for m in entity.spans) for entity in entities]
        pairs = find_pairs(mentions, sentences)
        if not pairs:
            return []
        kinds = [known[entity.kind] for entity in entities]
        role_names: list[str] = self.settings["roles"]
        roles = [role_names.index(entity.role) for entity in entities]
        blocks = pair_blocks(
            words.vectors(doc), pairs, mentions, kinds, roles, sentences, (len(known), len(role_names)), words.sums(doc)
        )
        predicates: list[str] = self.settings["predicates"]
        probabilities = softmax(self.two_layers_of_blocks("relation", blocks))
        ends = np.array([(kinds[pair.subject], kinds[pair.object]) for pair in pairs])
        best = (probabilities * self._possible(predicates, known)[ends[:, 0], ends[:, 1]]).argmax(axis=1)
        of_best = probabilities[np.arange(len(pairs)), best].tolist()
        found = []
        # What is less probable than a pair that was left out is left out unasked, where calibration keeps the order.
        keeps_order, left_out = self.calibrated(0.0) <= self.calibrated(1.0), -1.0
        for pair, predicate, probability in zip(pairs, best.tolist(), of_best, strict=True):
            subject, other = entities[pair.subject], entities[pair.object]
            # A relation is no surer than that its two ends are entities.
            likely = probability * subject.score * other.score
            if not predicate or (keeps_order and likely <= left_out):
                continue
            score = self.calibrated(likely)
            if score < self.threshold:
                left_out = max(left_out, likely)
                continue
            first, last = pair.evidence
            evidence = doc[spans[first].start : spans[last].end]
            found.append((subject.name, predicates[predicate], other.name, evidence, score))
        return found

    def _possible(self, predicates: list[str], known: dict[str, int]) -> Array:
        """Return 1 for each predicate but none that can join two kinds, else 0; shape (kinds, kinds, predicates)."""
        allowed: dict[str, list[list[str]]] = self.settings.get("allowed", {})
        mask = np.ones((len(known), len(known), len(predicates)), np.float32)
        for number, predicate in enumerate(predicates):
            if predicate in allowed:
                mask[:, :, number] = 0
                for subject, other in allowed[predicate]:
                    if subject in known and other in known:
                        mask[known[subject], known[other], number] = 1
        mask[:, :, 0] = 0
        return mask
