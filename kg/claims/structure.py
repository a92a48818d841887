"""The structure of claims: predicate, arguments, values, polarity, negation, hedging, and whose claim it is.

By rules over the words and the entities of the document: there is little annotated text for this, and a rule can be
read.
"""

import dataclasses
import re
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg.claims.cues import find_polarity, find_predicate, is_hedged, is_negated, is_prior
from kg.claims.values import find_values
from kg.records import ClaimPredicate, ClaimType, Kind, Role

#: What stands for what the paper introduces.
_OURS = re.compile(
    r"\b(?:our|the proposed|this|the resulting) (?:\w+[- ]){0,2}?"
    r"(?:method|model|approach|framework|system|algorithm|architecture|pipeline|technique|strategy|network|scheme|solution|agent|benchmark|dataset|results?|experiments?|evaluations?)s?\b|\bwe\b|"
    r"\bours\b|^it\b|\bit (?:outperforms|achieves|improves)",
    re.IGNORECASE,
)


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


@dataclasses.dataclass(frozen=True, slots=True)
class _Present:
    """An entity's mention in the sentence: offsets into the sentence."""

    start: int
    end: int
    name: str
    kind: str


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
        introduced = [entity for entity in doc._.entities if entity.role == Role.INTRODUCES.value]
        introduced.sort(key=lambda entity: (entity.kind != Kind.METHOD.value, -len(entity.spans), entity.name))
        own = introduced[0].name if introduced else None
        structures = []
        for span, claim_type, _ in doc._.claims:
            inside = [
                _Present(start - span.start_char, end - span.start_char, entity.name, str(entity.kind))
                for start, end, entity in present
                if span.start_char <= start and end <= span.end_char
            ]
            structures.append(_structure(span.text, span.start_char, str(claim_type), inside, own))
        doc._.claim_structures = structures
        return doc


def _structure(sentence: str, offset: int, claim_type: str, inside: list[_Present], own: str | None) -> ClaimStructure:
    contribution = claim_type == ClaimType.CONTRIBUTION.value
    predicate, cue, cue_end, turned = find_predicate(sentence, contribution=contribution)
    negated = is_negated(sentence)
    arguments = _arguments(sentence, predicate, cue, inside, own, turned)
    values = []
    for value in find_values(sentence, [(m.start, m.end) for m in inside]):
        record = {
            "number": value.number,
            "unit": value.unit,
            "text": sentence[value.start : value.end],
            "start": value.start + offset,
            "end": value.end + offset,
            "metric": _nearest(inside, value.start, Kind.METRIC.value),
            "dataset": _nearest(inside, value.start, Kind.DATASET.value),
            "baseline": value.baseline,
            "comparison": value.comparison,
        }
        values.append(record)
    polarity = find_polarity(predicate, sentence, cue_end, negated=negated)
    return ClaimStructure(
        predicate=predicate.value,
        arguments=arguments,
        values=tuple(values),
        polarity=polarity.value,
        negated=negated,
        hedged=is_hedged(sentence),
        attribution="prior" if is_prior(sentence) else "paper",
    )


def _nearest(inside: list[_Present], at: int, kind: str) -> str:
    some = [m for m in inside if m.kind == kind]
    return min(some, key=lambda m: (min(abs(m.start - at), abs(m.end - at)), m.start)).name if some else ""


def _arguments(
    sentence: str, predicate: ClaimPredicate, cue: int, inside: list[_Present], own: str | None, turned: bool
) -> tuple[tuple[str, str], ...]:
    """Return (role, name) pairs: the subject stands before the cue, the object after it; other kinds by their kind."""
    roles: list[tuple[str, str]] = []
    methods = [m for m in inside if m.kind not in (Kind.DATASET.value, Kind.METRIC.value, Kind.TASK.value)]
    before = [m for m in methods if m.start < cue]
    after = [m for m in methods if m.start >= cue]
    subject = before[-1].name if before else None
    ours = _OURS.search(sentence[: cue + 1] if cue else sentence)
    if predicate is ClaimPredicate.INTRODUCES:
        things = [m for m in inside if m.start >= cue]
        target = next((m.name for m in things if m.name == own), things[0].name if things else own)
        if target:
            roles.append(("object", target))
        subject = None
    else:
        if (
            own
            and ours
            and (subject is None or not any(m.name == own for m in before))
            and own not in {m.name for m in after}
        ):
            subject = own
        elif own and any(m.name == own for m in before):
            subject = own
        if subject is None and ours and own:
            subject = own
        others = [m.name for m in after if m.name != subject]
        if turned and others:
            subject, others = others[0], [subject] if subject else []
        if subject:
            roles.append(("subject", subject))
        roles += [("object", name) for name in dict.fromkeys(others)]
    for kind, role in ((Kind.DATASET, "dataset"), (Kind.METRIC, "metric"), (Kind.TASK, "task")):
        roles += [(role, m.name) for m in inside if m.kind == kind.value]
    seen: dict[tuple[str, str], None] = {}
    named: set[str] = set()
    for role, name in roles:
        if name not in named:
            seen[role, name] = None
            named.add(name)
    return tuple(seen)
