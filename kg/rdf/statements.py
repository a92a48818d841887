"""Claims and relations as RDF statements, whose IRIs are hashes of what they assert.

Papers that assert the same share the statement: each adds its evidence and score.
"""

import dataclasses
import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kg.rdf.names import ANCHOR, PART_OF, SCORE, SOURCE, STATEMENT_DIGITS, TYPE, Names, Pair, term
from kg.rdf.terms import boolean, decimal, text
from kg.text import digest, normalise

if TYPE_CHECKING:
    from kg.rdf.batches import Batch

_STATEMENT = (TYPE, term("rdf:Statement"))
_CLAIM = (TYPE, term("kg:Claim"))
_RELATION = (TYPE, term("kg:Relation"))
_VALUE = (TYPE, term("kg:Value"))
_CLAIM_TYPES = {"finding": (TYPE, term("kg:Finding")), "contribution": (TYPE, term("kg:Contribution"))}
_SUBJECT, _PREDICATE, _OBJECT = term("rdf:subject"), term("rdf:predicate"), term("rdf:object")
#: Role of an argument -> its property, in the order in which they are written.
_ARGUMENTS = {
    "subject": _SUBJECT,
    "object": _OBJECT,
    "dataset": term("kg:onDataset"),
    "metric": term("kg:byMetric"),
    "task": term("kg:onTask"),
}
#: From a statement to a sentence that says so.
EVIDENCE = term("kg:evidence")
_REPORTS, _NUMBER, _UNIT = term("kg:reports"), term("kg:value"), term("kg:unit")
_BASELINE, _COMPARISON = term("kg:baseline"), term("kg:comparison")
_POLARITY, _NEGATED, _HEDGED = term("kg:polarity"), term("kg:negated"), term("kg:hedged")
_ATTRIBUTION = term("kg:attribution")


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """A statement as one paper makes it: its own properties first, then those of what hangs from it."""

    key: int
    subject: str
    pairs: list[Pair]
    parts: list[tuple[str, list[Pair]]]
    #: The same in one triple (subject, property, object), for a relation between two entities.
    plain: tuple[str, Pair] | None = None


def _claim_key(
    claim: Mapping[str, Any], identity: str, entities: Mapping[str, str]
) -> tuple[int, list[Any], list[Any]]:
    """Return the hash of what a claim asserts, its arguments as (role, entity id), and its values with entity ids.

    Papers share a claim when it has a subject and an object or a number; otherwise its words are what it says, and
    it is the paper's own.
    """
    arguments = sorted({(a["role"], entities[a["entity"]]) for a in claim["arguments"] if a["entity"] in entities})
    values = sorted(
        (
            (v["number"], v["unit"], entities.get(v["metric"], v["metric"]), entities.get(v["dataset"], v["dataset"]),
             v["comparison"], v["baseline"], v)
            for v in claim["values"]
        ),
        key=lambda v: json.dumps(v[:6]),
    )  # fmt: skip
    said = [claim[f] for f in ("type", "predicate", "polarity", "negated", "hedged", "attribution")]
    own = [] if _may_be_shared(claim, entities) else [identity, normalise(claim["text"])]
    return _hash("claim", json.dumps([said, arguments, [v[:6] for v in values], own])), arguments, values


def _may_be_shared(claim: Mapping[str, Any], entities: Mapping[str, str]) -> bool:
    roles = {argument["role"] for argument in claim["arguments"] if argument["entity"] in entities}
    return "subject" in roles and bool("object" in roles or claim["values"])


def _hash(*parts: str) -> int:
    return int(digest(*parts, length=STATEMENT_DIGITS), 16)


def to_claims(batch: "Batch", paper: str, identity: str, stem: str, names: Names, usual: str) -> Iterator[Statement]:
    """Yield a paper's claims; ``usual`` is the component that need not be named."""
    local = batch.entities.get(paper, {})
    for claim in batch.claims.get(paper, ()):
        key, arguments, values = _claim_key(claim, identity, local)
        base = f"{names.base}claim/{key:0{STATEMENT_DIGITS}x}"
        pairs = [_CLAIM]
        if claim["type"] in _CLAIM_TYPES:
            pairs.append(_CLAIM_TYPES[claim["type"]])
        pairs.append(_STATEMENT)
        predicate = [] if claim["predicate"] in ("", "none") else [(_PREDICATE, names.predicate(claim["predicate"]))]
        for role, property_ in _ARGUMENTS.items():
            pairs += [(property_, names.entity(entity)) for r, entity in arguments if r == role]
            pairs += predicate if role == "subject" else []
        parts = _to_values(base, values, local, names)
        pairs += [(_REPORTS, subject) for subject, _ in parts]
        pairs += [(_NUMBER, number) for number in sorted({decimal(v[0]) for v in values})]
        pairs += [(_UNIT, text(unit)) for unit in sorted({v[1] for v in values if v[1]})]
        pairs += [
            (_POLARITY, text(claim["polarity"])),
            (_NEGATED, boolean(claim["negated"])),
            (_HEDGED, boolean(claim["hedged"])),
            (_ATTRIBUTION, text(claim["attribution"])),
            *_provenance(claim["start"], claim["end"], claim["score"], claim["source"], stem, names, usual),
        ]
        yield Statement(key, f"<{base}>", pairs, parts)


def _to_values(
    base: str, values: Iterable[Any], local: Mapping[str, str], names: Names
) -> list[tuple[str, list[Pair]]]:
    found = []
    for number, (amount, unit, metric, dataset, comparison, baseline, value) in enumerate(values, 1):
        pairs: list[Pair] = [_VALUE, (_NUMBER, decimal(amount))]
        pairs += [(_UNIT, text(unit))] if unit else []
        pairs += [(_BASELINE, decimal(baseline))] if baseline is not None else []
        pairs += [(_COMPARISON, text(comparison))]
        pairs += [(_ARGUMENTS["metric"], names.entity(metric))] if value["metric"] in local else []
        pairs += [(_ARGUMENTS["dataset"], names.entity(dataset))] if value["dataset"] in local else []
        pairs += [(ANCHOR, text(value["text"]))]
        found.append((f"<{base}/value/{number}>", pairs))
    return found


def _provenance(start: int, end: int, score: float, source: str, stem: str, names: Names, usual: str) -> list[Pair]:
    pairs = [(EVIDENCE, f"<{stem}/sentence/{start}-{end}>"), (PART_OF, f"<{stem}>"), (SCORE, decimal(score))]
    return pairs if source == usual else [*pairs, (SOURCE, names.component(source))]


def _relation_key(subject: str, predicate: str, other: str) -> int:
    return _hash("relation", subject, predicate, other)


def to_relations(batch: "Batch", paper: str, stem: str, names: Names, usual: str) -> Iterator[Statement]:
    """Yield a paper's relations between two entities, each with its plain triple.

    ``subtypeOf`` has none: an entity's `skos:broader` is what resolution made of it, without circles.
    """
    local = batch.entities.get(paper, {})
    for subject, predicate, other, start, end, score, source in batch.relations.get(paper, ()):
        if subject not in local or other not in local:
            continue
        a, b = local[subject], local[other]
        key = _relation_key(a, predicate, b)
        property_, pair = names.predicate(predicate), (names.entity(a), names.entity(b))
        pairs = [_RELATION, _STATEMENT, (_SUBJECT, pair[0]), (_PREDICATE, property_), (_OBJECT, pair[1])]
        pairs += _provenance(start, end, score, source, stem, names, usual)
        plain = (pair[0], (property_, pair[1])) if a != b and predicate != "subtypeOf" else None
        iri = f"<{names.base}relation/{key:0{STATEMENT_DIGITS}x}>"
        yield Statement(key, iri, pairs, [], plain)


class Support:
    """How many papers make each statement: counted in eight bytes a statement and paper."""

    def __init__(self, batches: Iterable["Batch"], *, own: bool) -> None:
        """Count in one pass over the claims and relations.

        Without ``own`` the claims are left out that are a paper's own, of which no other can be: most of them, and
        `of` says 1 of them unasked. `all` needs them.
        """
        claims, relations = array("Q"), array("Q")
        for batch in batches:
            for paper in batch.papers:
                local, identity = batch.entities.get(paper.id, {}), paper.identity
                told = batch.claims.get(paper.id, ())
                claims.extend({_claim_key(c, identity, local)[0] for c in told if own or _may_be_shared(c, local)})
                relations.extend(
                    {
                        _relation_key(local[s], p, local[o])
                        for s, p, o, *_ in batch.relations.get(paper.id, ())
                        if s in local and o in local
                    }
                )
        self.claims, self.claim_counts = _counted(claims)
        self.relations, self.relation_counts = _counted(relations)
        self._shared = {
            f"{kind}/{int(key):0{STATEMENT_DIGITS}x}": int(count)
            for kind, keys, counts in (
                ("claim", self.claims, self.claim_counts),
                ("relation", self.relations, self.relation_counts),
            )
            for key, count in zip(keys[counts > 1], counts[counts > 1], strict=True)
        }

    def of(self, statement: str, base: str) -> int:
        """Return how many papers make a statement, given its IRI in brackets."""
        return self._shared.get(statement[len(base) + 1 : -1], 1)

    def all(self, names: Names) -> Iterator[tuple[str, int]]:
        """Yield every statement's IRI with the number of its papers, in order."""
        for kind, keys, counts in (
            ("claim", self.claims, self.claim_counts),
            ("relation", self.relations, self.relation_counts),
        ):
            for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
                yield f"<{names.base}{kind}/{key:0{STATEMENT_DIGITS}x}>", count


def _counted(keys: "array[int]") -> tuple[Any, Any]:
    import numpy as np

    return np.unique(np.array(keys, dtype=np.uint64), return_counts=True)
