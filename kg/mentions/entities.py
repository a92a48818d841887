"""The entities of one document: candidates grouped by what they name, then judged together.

A group is all spans that name one thing: one normal form, an acronym and its full form. Every further occurrence of its
forms in the text joins it. A trained head then says from the pooled vectors of the whole group whether it is an entity,
of which kind, and what the paper does with it: the choice is made once a document, from all that the document says.
"""

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.heads import Array, TrainedComponent, softmax
from kg.mentions.abbreviations import find_initials, has_initials
from kg.mentions.coordination import split_coordinated
from kg.text import normalise
from kg.words import Sums, Words, running_sums, span_means, words_of

#: A form shorter than this is not searched for elsewhere in the text: single letters and pairs occur by chance.
_SEARCHED = 3

Place = tuple[int, int]
#: Words of a full form that its acronym may pass over at the front.
_MISSED = 2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FoundEntity:
    """One entity of a document, with the spans that mention it and a score for each."""

    name: str
    kind: str
    role: str
    surfaces: tuple[str, ...]
    score: float
    spans: tuple[Span, ...]
    span_scores: tuple[float, ...]


def form_key(surface: str) -> str:
    """Return the key under which spellings of one name meet in a document: hyphens and spaces do not count.

    >>> form_key("pre-training") == form_key("Pretraining")
    True
    """
    return normalise(surface).replace(" ", "")


def group_places(
    text: str,
    words: Sequence[Place],
    spans: Iterable[Place],
    abbreviations: Iterable[tuple[str, str]],
    names: Mapping[Place, str] = MappingProxyType({}),
) -> list[list[Place]]:
    """Return groups of spans that name one thing, each sorted, in the order of their keys' first places.

    Args:
        text: the document's text.
        words: character offsets of its words.
        spans: candidates, as half-open ranges of words.
        abbreviations: (short form, full form) pairs that the text defines.
        names: what a candidate is called that is printed only in part (`kg.mentions.coordination`).
    """
    full_of = {form_key(short): form_key(full) for short, full in abbreviations}

    def printed(place: Place) -> str:
        return names.get(place) or _printed(text, words, place)

    groups: dict[str, list[Place]] = {}
    for place in spans:
        key = form_key(printed(place))
        groups.setdefault(full_of.get(key, key), []).append(place)
    taken = {word for group in groups.values() for start, end in group for word in range(start, end)}
    starts = {start: index for index, (start, _) in enumerate(words)}
    ends = {end: index for index, (_, end) in enumerate(words)}
    forms = sorted({(-len(form), form, key) for key, group in groups.items() for form in map(printed, group)})
    for _, form, key in forms:
        if len(form) < _SEARCHED:
            continue
        for at in _find_all(form, text):
            first, last = starts.get(at), ends.get(at + len(form))
            if first is not None and last is not None and not any(w in taken for w in range(first, last + 1)):
                taken.update(range(first, last + 1))
                groups[key].append((first, last + 1))
    return sorted(sorted(group) for group in groups.values())


def _printed(text: str, words: Sequence[Place], place: Place) -> str:
    return text[words[place[0]][0] : words[place[1] - 1][1]]


def _find_all(form: str, text: str) -> Iterator[int]:
    at = text.find(form)
    while at >= 0:
        yield at
        at = text.find(form, at + len(form))


def group_features(
    text: str,
    words: Sequence[Place],
    groups: Sequence[Sequence[Place]],
    vectors: Array,
    tags: Array,
    sums: Sums | None = None,
) -> Array:
    """Return the inputs of the head, a row a group: pooled vectors, surface features, the tagger's probabilities.

    Shape (groups, 5 * width + 8 + tags). ``sums`` are the `running_sums` of the vectors, where they are at hand.
    """
    title_end = max(text.find("\n\n"), 0)
    places = [place for group in groups for place in group]
    ends = np.cumsum([len(group) for group in groups])
    starts = ends - [len(group) for group in groups]
    means = span_means(running_sums(vectors) if sums is None else sums, places)
    counts = (ends - starts)[:, None]
    surface = np.array([_surface_features(text, words, group, title_end) for group in groups], np.float32)
    first = np.array([group[0] for group in groups])
    result: Array = np.hstack(
        [
            np.add.reduceat(means, starts, axis=0) / counts,
            np.maximum.reduceat(means, starts, axis=0),
            vectors[first[:, 0]],
            vectors[first[:, 1] - 1],
            np.broadcast_to(vectors.mean(axis=0), (len(groups), vectors.shape[1])),
            surface,
            np.add.reduceat(span_means(running_sums(tags), places), starts, axis=0) / counts,
        ]
    ).astype(np.float32)
    return result


def _surface_features(text: str, words: Sequence[Place], group: Sequence[Place], title_end: int) -> list[float]:
    start, end = group[0]
    printed = text[words[start][0] : words[end - 1][1]]
    return [
        math.log(len(group)),
        float(words[start][0] < title_end),
        float(_has_capital(printed[1:])),
        math.log(end - start),
        start / len(words),
        float(printed[-1:].isdigit()),
        float(any(words[s][0] > 0 and text[words[s][0] - 1] == "(" for s, _ in group)),
        float(len(group) > 1),
    ]


def _has_capital(text: str) -> bool:
    return text.lower() != text if text.isascii() else any(c.isupper() for c in text)


@Language.factory(
    "kg_entities",
    requires=["doc.tensor", "doc.spans", "doc._.abbreviations"],
    assigns=["doc._.entities", "doc.spans"],
    retokenizes=False,
)
def create_entities(nlp: Language, name: str) -> "Entities":
    """Return the component: the factory that spaCy calls."""
    if not Doc.has_extension("entities"):
        Doc.set_extension("entities", default=[])
    return Entities(name)


class Entities(TrainedComponent):
    """Sets `doc._.entities` (a list of `FoundEntity`) and `doc.spans["mentions"]`.

    Settings: `kinds`, `roles`, `calibration`, `calibrations` (by kind). A group is kept when its best kind's
    probability reaches `threshold`.
    """

    NEEDED = ("kinds", "roles")

    def __call__(self, doc: Doc) -> Doc:
        """Group and judge the candidates of one document."""
        found: list[FoundEntity] = []
        spans = list(doc.spans.get("kg_candidates", []))
        if spans and self.weights:
            found = self._judge(doc, spans)
        doc._.entities = found
        mentions = sorted((span for entity in found for span in entity.spans), key=lambda s: (s.start, s.end))
        doc.spans["mentions"] = mentions
        return doc

    def _judge(self, doc: Doc, spans: list[Span]) -> list[FoundEntity]:
        words = words_of(doc)
        text = words.text
        places = [(words.before[span.start], words.before[span.end - 1] + 1) for span in spans]
        pairs = [(short.text, find_full_form(full, short.text, words, places)) for short, full in doc._.abbreviations]
        places, names = split_coordinated(text, words.places, places)
        forms = (names.get(place) or _printed(text, words.places, place) for place in places)
        # What the text defines goes before what only looks like it.
        pairs = [*find_initials(forms), *pairs]
        groups = group_places(text, words.places, places, pairs, names)
        tags: Array = doc.user_data["kg_tags"]
        inputs = group_features(text, words.places, groups, words.vectors(doc), tags, words.sums(doc))
        logits = self.two_layers("entity", inputs)
        kinds, roles = self.settings["kinds"], self.settings["roles"]
        probabilities = softmax(logits[:, : len(kinds) + 1])
        role_of = logits[:, len(kinds) + 1 :].argmax(axis=1)
        full_forms = {form_key(full) for _, full in pairs}
        found = []
        for group, probability, role in zip(groups, probabilities, role_of, strict=True):
            kind = int(probability[1:].argmax())
            score = self.calibrated(float(probability[1 + kind]), kinds[kind])
            if score < self.threshold:
                continue
            found.append(_found(doc, words, group, kinds[kind], roles[int(role)], score, full_forms, names))
        return found


def find_full_form(full: Span, short: str, words: Words, places: Sequence[Place]) -> str:
    """Return the full form of an acronym; one that is found by letters only may miss words of the candidate it ends.

    Of "adaptive confidence smoothing (COSMO)" the letters are in the last two words, but the whole is the name.
    Initials mean what they say: DNNs are deep neural networks also in "robust deep neural networks (DNNs)".

    Args:
        full: what holds the letters.
        short: the acronym.
        words: of the document.
        places: of the candidates, as half-open ranges of words.
    """
    start, end = words.before[full.start], words.before[full.end - 1] + 1
    if (start, end) not in places and not has_initials(short, full.text):
        for place in places:
            if place[1] == end and start - _MISSED <= place[0] < start:
                return _printed(words.text, words.places, place)
    return str(full.text)


def _found(
    doc: Doc,
    words: Words,
    group: list[Place],
    kind: str,
    role: str,
    score: float,
    full_forms: set[str],
    names: Mapping[Place, str],
) -> FoundEntity:
    spans = []
    counts: dict[str, int] = {}
    for start, end in group:
        spans.append(Span(doc, int(words.index[start]), int(words.index[end - 1]) + 1, label=kind))
        form = names.get((start, end)) or words.text[words.places[start][0] : words.places[end - 1][1]]
        counts[form] = counts.get(form, 0) + 1
    # The full form of an acronym names the entity; else the longest, and of spellings the commonest, then that with the
    # fewest capitals (a title's are of no account).
    surfaces = (
        list(counts)
        if len(counts) == 1
        else sorted(
            counts,
            key=lambda s: (
                form_key(s) not in full_forms,
                -len(normalise(s)),
                -counts[s],
                sum(c.isupper() for c in s),
                s,
            ),
        )
    )
    return FoundEntity(
        name=surfaces[0],
        kind=kind,
        role=role,
        surfaces=tuple(surfaces),
        score=score,
        spans=tuple(spans),
        span_scores=tuple(score for _ in spans),
    )
