"""One annotated text as the network sees it: words, mentions as ranges of words, sentences, claims, relations."""

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from kg.train.labels import Labels

if TYPE_CHECKING:
    from spacy.language import Language

Place = tuple[int, int]


@dataclasses.dataclass(slots=True, kw_only=True)
class Example:
    """A text with what is known of it. What is not annotated is ``None`` (or not in `marked`), never "absent".

    Attributes:
        id: of the text in its corpus.
        text: the characters.
        words: offsets of its words.
        mentions: (first word, end, entity) of each mention; ``entity`` counts into `entities`.
        entities: (kind, role or -1) of each entity, by the labels' numbers.
        marked: kinds whose every mention is marked: elsewhere an unmarked word says nothing.
        masked: ranges of words that say nothing at all.
        whole: whether entities, roles and relations are annotated whole, so that what is left out is negative.
        sentences: ranges of words.
        sentence_roles: (role, weight) of each sentence.
        claims: type of each sentence, 0 for none.
        relations: (subject, predicate, object), by entities.
        source: the annotated paper itself, where the text is one of a paper's.
    """

    id: str
    text: str
    words: list[Place]
    mentions: list[tuple[int, int, int]]
    entities: list[tuple[int, int]]
    marked: frozenset[int]
    masked: list[Place] = dataclasses.field(default_factory=list)
    whole: bool = False
    sentences: list[Place] = dataclasses.field(default_factory=list)
    sentence_roles: list[tuple[int, float]] | None = None
    claims: list[int] | None = None
    relations: list[tuple[int, int, int]] = dataclasses.field(default_factory=list)
    source: Mapping[str, Any] | None = None
    pieces: Any = None
    first_pieces: Any = None


#: spaCy keeps a full stop after a capital or a digit with capitals before it ("U.S."): at the end of a sentence it
#: would stay with the name ("GSM8K.").
_SUFFIXES = (r"(?<=[A-Za-z0-9@\-][A-Z0-9])\.",)
#: A bracket or LaTeX's tie between letters parts two words ("Evaluator(PAE)", "AUROC~0.8", "experts~(MoE)"), a full
#: stop before a capitalised word ("on GLUE.We show"), a stroke two numbers ("CIFAR-10/100").
_INFIXES = (
    r"(?<=[A-Za-z0-9])~?\((?=[A-Za-z0-9])|(?<=[A-Za-z0-9])~(?=[A-Za-z0-9])",
    r"(?<=[A-Za-z0-9][A-Z0-9])\.(?=[A-Z][a-z]+\b)",
    r"(?<=[0-9])/(?=-?[0-9])",
    r"(?<=[0-9][BKM])/(?=-?[0-9])",
)


@cache
def blank_pipeline() -> "Language":
    """Return an empty pipeline with the tokenizer that cuts texts into words, in training and at run time."""
    import spacy
    from spacy.util import compile_infix_regex, compile_suffix_regex

    nlp = spacy.blank("en")
    nlp.tokenizer.suffix_search = compile_suffix_regex([*nlp.Defaults.suffixes, *_SUFFIXES]).search
    nlp.tokenizer.infix_finditer = compile_infix_regex([*nlp.Defaults.infixes, *_INFIXES]).finditer
    return nlp


def find_words(text: str) -> list[Place]:
    """Return the offsets of the words that the pipeline's tokenizer finds, white space left out."""
    return [(token.idx, token.idx + len(token)) for token in blank_pipeline().make_doc(text) if not token.is_space]


def to_words(words: Sequence[Place], start: int, end: int) -> Place | None:
    """Return the range of words that characters ``start`` to ``end`` touch, or None.

    >>> to_words([(0, 3), (4, 9)], 5, 9)
    (1, 2)
    """
    touched = [index for index, (a, b) in enumerate(words) if a < end and b > start]
    return (touched[0], touched[-1] + 1) if touched else None


def find_form(form: str, text: str) -> Iterable[Place]:
    """Yield the places where a surface form stands at word boundaries."""
    for found in re.finditer(re.escape(form), text):
        start, end = found.span()
        before, after = text[max(0, start - 1) : start], text[end : end + 1]
        if (before.isalnum() and form[0].isalnum()) or (after.isalnum() and form[-1].isalnum()):
            continue
        yield start, end


def _without_overlaps(words: Sequence[Place], marked: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return (first word, end, number) of character ranges, the longest first where they overlap."""
    taken = [False] * len(words)
    kept = []
    for start, end, number in sorted(marked, key=lambda m: (m[0] - m[1], m[0], m[2])):
        place = to_words(words, start, end)
        if place and not any(taken[place[0] : place[1]]):
            taken[place[0] : place[1]] = [True] * (place[1] - place[0])
            kept.append((*place, number))
    return sorted(kept)


def example_of_paper(paper: Mapping[str, Any], labels: Labels) -> Example:
    """Return the example of a paper annotated whole, in the format of the gold.

    Every occurrence of an entity's surface forms counts as a mention.
    """
    text = f"{paper['title']}\n\n{paper['abstract']}"
    words = find_words(text)
    marked = []
    for number, entity in enumerate(paper["entities"]):
        for form in {entity["name"], *entity["surfaces"]}:
            marked += [(start, end, number) for start, end in find_form(form, text)]
    shift = len(paper["title"]) + 2
    spans = [(0, len(paper["title"])), *((s["start"] + shift, s["end"] + shift) for s in paper["sentences"])]
    claims = [0] * len(spans)
    for claim in paper["claims"]:
        claims[claim["sentence"] + 1] = labels.claim_types.index(claim["types"][0])
    number_of = {entity["name"]: number for number, entity in enumerate(paper["entities"])}
    relations = [
        (number_of[r["subject"]], labels.predicates.index(r["predicate"]), number_of[r["object"]])
        for r in paper["relations"]
        if r["subject"] in number_of and r["object"] in number_of and r["predicate"] in labels.predicates
    ]
    return Example(
        id=paper["id"],
        text=text,
        words=words,
        mentions=_without_overlaps(words, marked),
        entities=[
            (labels.kinds.index(entity["labels"][0]), labels.roles.index(entity["roles"][0]))
            for entity in paper["entities"]
        ],
        marked=frozenset(range(len(labels.kinds))),
        whole=True,
        sentences=[to_words(words, start, end) or (0, 0) for start, end in spans],
        claims=claims,
        relations=relations,
        source=paper,
    )


def example_of_spans(
    name: str,
    text: str,
    spans: Iterable[tuple[int, int, int]],
    marked: Iterable[int],
    *,
    masked: Iterable[Place] = (),
    words: list[Place] | None = None,
) -> Example:
    """Return the example of a text in which mentions (start, end, kind) are marked, of some kinds only.

    Its words are the pipeline's, or those given.
    """
    words = find_words(text) if words is None else words
    kept = _without_overlaps(words, spans)
    return Example(
        id=name,
        text=text,
        words=words,
        mentions=[(start, end, number) for number, (start, end, _) in enumerate(kept)],
        entities=[(kind, -1) for _, _, kind in kept],
        marked=frozenset(marked),
        masked=[place for start, end in masked if (place := to_words(words, start, end))],
    )


def example_of_sentences(name: str, text: str, spans: Sequence[Place], roles: Sequence[tuple[int, float]]) -> Example:
    """Return the example of a text of which only the sentences' roles, with their weights, are known."""
    words = find_words(text)
    places = [(to_words(words, start, end), role) for (start, end), role in zip(spans, roles, strict=True)]
    kept = [(place, role) for place, role in places if place]
    return Example(
        id=name,
        text=text,
        words=words,
        mentions=[],
        entities=[],
        marked=frozenset(),
        sentences=[place for place, _ in kept],
        sentence_roles=[role for _, role in kept],
    )
