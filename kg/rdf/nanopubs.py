"""Claims as nanopublications: each its own assertion, provenance and publication info, under a trusty IRI.

A nanopublication (http://nanopub.net/guidelines/working_draft/) is the smallest thing that can be published: what is
asserted, where it comes from, and who says so, in a named graph each, with a fourth as head. Its IRI ends in the hash
of its content (Trusty URIs, module RA: Kuhn and Dumontier, 2014; https://trustyuri.net), so that it cannot change
unseen, and the same claim with the same evidence has the same IRI wherever it was built. It has no date: a publisher
adds one when signing it.
"""

import base64
import dataclasses
import hashlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.config import ExportConfig
from kg.rdf.batches import Batch, find_batches
from kg.rdf.literals import to_plain_literal
from kg.rdf.meta import to_build
from kg.rdf.names import (
    ANCHOR,
    BEGIN,
    END,
    PART_OF,
    PREF_LABEL,
    SCORE,
    SOURCE,
    TITLE,
    TYPE,
    Names,
    Pair,
    Resource,
    term,
)
from kg.rdf.papers import joined, united
from kg.rdf.statements import EVIDENCE, Statement, Support, to_claims
from kg.rdf.terms import integer, path, text, web
from kg.records import Paper

if TYPE_CHECKING:
    from kg.store import Store

#: Prefixes of nanopublications beside those of the exports.
NANOPUB_PREFIXES = {"np": "http://www.nanopub.org/nschema#", "npx": "http://purl.org/nanopub/x/"}
_NP, _NPX = (NANOPUB_PREFIXES[prefix] for prefix in ("np", "npx"))

#: What says where a claim comes from, and so belongs to the provenance.
_OF_PROVENANCE = {EVIDENCE, PART_OF, SCORE, SOURCE}
_DERIVED, _ATTRIBUTED, _MADE_BY = term("prov:wasDerivedFrom"), term("prov:wasAttributedTo"), term("prov:wasGeneratedBy")
_SENTENCE, _IDENTIFIER, _SAME_AS = (TYPE, term("nif:Sentence")), term("dcterms:identifier"), term("schema:sameAs")
_PAPER = (TYPE, term("fabio:ResearchPaper"))
_LICENCE = term("dcterms:license")


@dataclasses.dataclass(frozen=True, slots=True)
class _Told:
    """A claim with what its provenance tells of: sentences and papers, and the names of the entities in it."""

    statement: Statement
    sources: dict[str, list[Pair]]
    names: dict[str, list[Pair]]


def to_nanopubs(store: "Store", config: ExportConfig) -> Iterator[Resource]:
    """Yield a nanopublication for each claim, its four graphs one after the other.

    A claim that several papers make is one, with the evidence of all. What depth the configuration asks for does not
    count: each stands for itself.
    """
    names = Names(config.base)
    support = Support(find_batches(store, wanted=("claims", "denotations"), texts=False, own=False), own=False)
    build, _ = to_build(store, names)
    waiting: dict[str, tuple[int, _Told]] = {}
    for batch in find_batches(store, wanted=("claims", "denotations")):
        labels = _labels(store, batch, names)
        for paper in batch.papers:
            for told in _claims_of(batch, paper, names, labels):
                iri, papers = told.statement.subject, support.of(told.statement.subject, names.base)
                if papers > 1:
                    so_far, held = waiting.pop(iri, (0, told))
                    told = _joined(held, told) if so_far else told
                    if so_far + 1 < papers:
                        waiting[iri] = (so_far + 1, told)
                        continue
                yield from _nanopub(told, names, build, config.licence)


def _labels(store: "Store", batch: Batch, names: Names) -> dict[str, list[Pair]]:
    """Return what an entity's name and kind are, by IRI, for the entities of some papers."""
    wanted = sorted({entity for local in batch.entities.values() for entity in local.values()})
    found = store.rows("SELECT id, name, kind FROM entities WHERE id IN (SELECT unnest(?::VARCHAR[]))", [wanted])
    return {names.entity(entity): [(TYPE, names.kind(kind)), (PREF_LABEL, text(name))] for entity, name, kind in found}


def _claims_of(batch: Batch, paper: Paper, names: Names, labels: dict[str, list[Pair]]) -> Iterator[_Told]:
    """Yield a paper's claims, each once however often the paper makes it."""
    stem, whole, found = names.paper_stem(paper), paper.text, dict[str, _Told]()
    about = [_PAPER, (TITLE, text(paper.title)), *((_IDENTIFIER, text(one)) for one in sorted({paper.id, *paper.ids}))]
    about += [(_SAME_AS, f"<https://arxiv.org/abs/{path(paper.arxiv_id)}>")] if paper.arxiv_id else []
    about += [(_SAME_AS, f"<https://doi.org/{path(paper.doi)}>")] if paper.doi else []
    claims = to_claims(batch, paper.id, paper.identity, stem, names, "")
    places = {
        f"<{stem}/sentence/{claim['start']}-{claim['end']}>": (claim["start"], claim["end"])
        for claim in batch.claims.get(paper.id, ())
    }
    for statement in claims:
        sources = {f"<{stem}>": about}
        for predicate, value in statement.pairs:
            if predicate == EVIDENCE:
                start, end = places[value]
                at = [(BEGIN, integer(start)), (END, integer(end)), (ANCHOR, text(whole[start:end]))]
                sources[value] = [_SENTENCE, *at, (PART_OF, f"<{stem}>")]
        every = [statement.pairs, *(pairs for _, pairs in statement.parts)]
        named = {value: labels[value] for pairs in every for _, value in pairs if value in labels}
        told = _Told(statement, sources, named)
        held = found.get(statement.subject)
        found[statement.subject] = _joined(held, told) if held else told
    yield from found.values()


def _joined(first: _Told, second: _Told) -> _Told:
    return _Told(joined(first.statement, second.statement), first.sources | second.sources, first.names | second.names)


def _nanopub(told: _Told, names: Names, build: str, licence: str) -> Iterator[Resource]:
    """Yield a nanopublication, made with a space in its IRIs' place for the hash, which is then put there."""
    this = f"<{names.base}nanopub/ >"
    head, assertion, provenance, info = (
        f"{this[:-1]}#{part}>" for part in ("Head", "assertion", "provenance", "pubinfo")
    )
    claim = told.statement.subject
    said = [pair for pair in told.statement.pairs if pair[0] not in _OF_PROVENANCE]
    about = united([], [pair for pair in told.statement.pairs if pair[0] in _OF_PROVENANCE])
    sentences = [(_DERIVED, value) for predicate, value in about if predicate == EVIDENCE]
    scores = [pair for pair in about if pair[0] == SCORE]
    components = [(_ATTRIBUTED, value) for predicate, value in about if predicate == SOURCE]
    made = [(_MADE_BY, build)] if build else []
    published = [(f"<{_NPX}introduces>", claim), *components, *made]
    published += [(_LICENCE, web(licence))] if licence else []
    parts = ("Assertion", assertion), ("Provenance", provenance), ("PublicationInfo", info)
    found = [
        Resource(head, this, [(TYPE, f"<{_NP}Nanopublication>"), *((f"<{_NP}has{name}>", iri) for name, iri in parts)]),
        Resource(assertion, claim, said),
        *(Resource(assertion, subject, pairs) for subject, pairs in told.statement.parts),
        *(Resource(assertion, subject, pairs) for subject, pairs in sorted(told.names.items())),
        Resource(provenance, assertion, [*sentences, *components, *made, *scores]),
        *(Resource(provenance, subject, pairs) for subject, pairs in sorted(told.sources.items())),
        Resource(info, this, published),
    ]
    blank, trusty = this[:-1], f"{this[:-2]}{to_artifact(found)}"
    for graph, subject, pairs in found:
        yield Resource(
            graph.replace(blank, trusty, 1),
            subject.replace(blank, trusty, 1),
            [(predicate, value.replace(blank, trusty, 1) if value[0] == "<" else value) for predicate, value in pairs],
        )


def to_artifact(resources: Iterable[Resource]) -> str:
    """Return the artifact code of quads whose own IRIs have a space in the code's place.

    The quads are sorted and written in lines, a term each, and hashed (Trusty URIs, module RA, version A).
    """
    quads = set()
    for graph, subject, pairs in resources:
        for predicate, value in pairs:
            if value[0] == "<":
                plain, kind, written = value[1:-1], "", value[1:-1]
            else:
                plain, kind = to_plain_literal(value)
                kind = kind or "http://www.w3.org/2001/XMLSchema#string"
                escaped = plain.replace("\\", "\\\\").replace("\n", "\\n")
                written = f"^{kind} {escaped}"
            quads.add((graph[1:-1], subject[1:-1], predicate[1:-1], value[0] != "<", plain, kind, written))
    normal = "".join(f"{quad[0]}\n{quad[1]}\n{quad[2]}\n{quad[6]}\n" for quad in sorted(quads))
    return "RA" + base64.urlsafe_b64encode(hashlib.sha256(normal.encode()).digest()).decode().rstrip("=")
