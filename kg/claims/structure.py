"""The structure of claims: predicate, arguments, values, polarity, negation, hedging, and whose claim it is.

By rules over the words and the entities of the document: there is little annotated text for this, and a rule can be
read.
"""

import dataclasses
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg.claims.arguments import Own, Present, find_arguments
from kg.claims.cues import find_cue
from kg.claims.measures import find_measured
from kg.claims.signs import find_polarity, is_hedged, is_negated, is_prior
from kg.claims.values import Number, find_ratios_in_words, find_values
from kg.records import ClaimPredicate, ClaimType, Kind, Role
from kg.words import words_of


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStructure:
    """What one claim says; `arguments` are (role, entity's name), `values` hold the fields of `kg.records.Value`."""

    predicate: str
    arguments: tuple[tuple[str, str], ...]
    values: tuple[dict[str, Any], ...]
    polarity: str
    negated: bool
    hedged: bool
    attribution: str


@Language.factory(
    "kg_claim_structure",
    requires=["doc._.claims", "doc._.entities"],
    assigns=["doc._.claim_structures"],
    retokenizes=False,
)
def create_claim_structure(nlp: Language, name: str) -> "ClaimStructures":
    """Return the component: the factory that spaCy calls."""
    if not Doc.has_extension("claim_structures"):
        Doc.set_extension("claim_structures", default=[])
    return ClaimStructures()


class ClaimStructures:
    """Sets `doc._.claim_structures`, one for each of `doc._.claims`."""

    def __call__(self, doc: Doc) -> Doc:
        """Read the structure of each claim of one document."""
        present = [(span.start_char, span.end_char, entity) for entity in doc._.entities for span in entity.spans]
        present.sort(key=lambda found: (found[0], found[1], found[2].name))
        text = words_of(doc).text
        title_end = text.find("\n\n")
        introduced = [entity for entity in doc._.entities if str(entity.role) == Role.INTRODUCES.value]
        introduced.sort(
            key=lambda entity: (
                str(entity.kind) != Kind.METHOD.value,
                not any(span.start_char < title_end for span in entity.spans),
                -len(entity.spans),
                entity.name,
            )
        )
        own = Own(tuple((entity.name, str(entity.kind)) for entity in introduced))
        structures = []
        for span, claim_type, _ in doc._.claims:
            begin, stop = span.start_char, span.end_char
            inside = [
                Present(start - begin, end - begin, entity.name, str(entity.kind))
                for start, end, entity in present
                if begin <= start and end <= stop
            ]
            structures.append(_structure(text[begin:stop], begin, str(claim_type), inside, own))
        doc._.claim_structures = structures
        return doc


def _structure(sentence: str, offset: int, claim_type: str, inside: list[Present], own: Own) -> ClaimStructure:
    cue = find_cue(sentence, contribution=claim_type == ClaimType.CONTRIBUTION.value)
    arguments = find_arguments(sentence, cue, inside, own)
    predicate = cue.predicate
    if cue.turned and predicate is ClaimPredicate.OUTPERFORMS and not any(role == "subject" for role, _ in arguments):
        # "X underperforms": nothing is named that is better, and the claim is about X.
        predicate = ClaimPredicate.FAILS
        arguments = tuple(("subject" if role == "object" else role, name) for role, name in arguments)
    named = [(m.start, m.end) for m in inside]
    numbers = [*find_values(sentence, named), *find_ratios_in_words(sentence)]
    numbers.sort(key=lambda number: number.start)
    negated = is_negated(sentence, cue.start, cue.end, cue.clause)
    return ClaimStructure(
        predicate=predicate.value,
        arguments=arguments,
        values=tuple(_values(sentence, offset, numbers, inside)),
        polarity=find_polarity(predicate, sentence, cue.start, cue.end, negated=negated).value,
        negated=negated,
        hedged=is_hedged(sentence),
        attribution="prior" if is_prior(sentence) else "paper",
    )


def _values(sentence: str, offset: int, numbers: list[Number], inside: list[Present]) -> list[dict[str, Any]]:
    return [
        {
            "number": value.number,
            "unit": value.unit,
            "text": sentence[value.start : value.end],
            "start": value.start + offset,
            "end": value.end + offset,
            "metric": metric,
            "dataset": dataset,
            "baseline": value.baseline,
            "comparison": value.comparison,
        }
        for value, (metric, dataset) in zip(numbers, find_measured(sentence, numbers, inside), strict=True)
    ]
