"""All that the store knows comes back from the Turtle, read by rdflib: no fact more, none less, whatever the text."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, SDO, SKOS, Literal, URIRef

import kg
from kg.config import Config, ExportConfig, ExtractConfig
from kg.rdf import write_rdf
from kg.rdf.meta import usual_sources
from kg.records import Claim, Denotation, Entity, Grounding, Link, Mention, Merge, Paper, Relation, Role, Sentence
from kg.store import Store
from kg.vocab import KG, PREFIXES, SCHEMES
from tests.examples import EXAMPLES
from tests.graphs import small_graph
from tests.rdf.test_export import with_shared_statements

BASE = ExportConfig().base
OURS, NIF = rdflib.Namespace(KG), rdflib.Namespace(PREFIXES["nif"])
#: Role of an argument -> its property.
ARGUMENTS = {"subject": RDF.subject, "object": RDF.object, "dataset": OURS.onDataset, "metric": OURS.byMetric,
             "task": OURS.onTask}  # fmt: skip


class Read:
    """The facts of a Turtle file, in the store's words."""

    def __init__(self, path: Path) -> None:
        self.graph = rdflib.Graph().parse(path)
        self.papers = {paper: min(str(one) for one in self.graph.objects(paper, DCTERMS.identifier))
                       for paper in self.graph.subjects(RDF.type, SDO.ScholarlyArticle)}  # fmt: skip

    def all(self, subject: Any, predicate: Any) -> list[Any]:
        return [
            value.toPython() if isinstance(value, Literal) else value
            for value in self.graph.objects(subject, predicate)
        ]

    def one(self, subject: Any, predicate: Any) -> Any:
        found = self.all(subject, predicate)
        assert len(found) <= 1, (subject, predicate, found)
        return found[0] if found else None

    def place(self, stretch: Any) -> tuple[str, int, int]:
        paper = self.one(self.one(stretch, NIF.referenceContext), SDO.isPartOf)
        return self.papers[paper], self.one(stretch, NIF.beginIndex), self.one(stretch, NIF.endIndex)

    def entity(self, iri: Any) -> str:
        return str(iri).removeprefix(f"{BASE}entity/")

    def of(self, kind: Any) -> Any:
        return self.graph.subjects(RDF.type, kind)


@pytest.fixture(scope="module", params=["small", "example"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A graph made up of all that is odd, and the one that the model made of the example's papers."""
    folder = tmp_path_factory.mktemp("graph")
    if request.param == "small":
        path = with_shared_statements(small_graph(folder))
    else:
        kg.build(EXAMPLES / "papers.jsonl", folder, config=Config(extract=ExtractConfig(workers=1)), formats=()).close()
        path = folder / "graph.duckdb"
    with Store(path, read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def read(store: Store) -> Read:
    write_rdf(store, store.path.with_name("graph.ttl"), format="ttl")
    return Read(store.path.with_name("graph.ttl"))


@pytest.fixture(scope="module")
def first_ids(store: Store) -> dict[str, str]:
    """Paper id -> the first of all its ids, which is what `Read` calls it."""
    return {paper.id: min({paper.id, *paper.ids}) for paper in store.fetch(Paper)}


def number(author: Any) -> int:
    return int(str(author).rpartition("/")[2])


def denoted(store: Store) -> dict[tuple[str, str], str]:
    return {(one.paper, one.name): one.entity for one in store.fetch(Denotation)}


def test_papers(store: Store, read: Read) -> None:
    found = {
        (
            frozenset(read.all(paper, DCTERMS.identifier)), read.one(paper, DCTERMS.title),
            read.one(paper, DCTERMS.abstract) or "", str(read.graph.value(paper, DCTERMS.issued) or ""),
            tuple(str(read.one(a, SDO.name)) for a in sorted(read.all(paper, DCTERMS.creator), key=number)),
            read.one(paper, URIRef(PREFIXES["prism"] + "publicationName")) or "",
            frozenset(read.all(paper, SDO.keywords)),
            read.one(paper, URIRef(PREFIXES["bibo"] + "doi")) or "",
            frozenset(unquote(str(same)) for same in read.all(paper, SDO.sameAs)),
        )
        for paper in read.papers
    }  # fmt: skip
    expected = {
        (frozenset({p.id, *p.ids}), p.title, p.abstract, p.date or (f"{p.year:04d}" if p.year else ""),
         p.authors, p.venue, frozenset(p.keywords), p.doi,
         frozenset([f"https://arxiv.org/abs/{p.arxiv_id}"] * bool(p.arxiv_id)
                   + [f"https://doi.org/{p.doi}"] * bool(p.doi)))
        for p in store.fetch(Paper)
    }  # fmt: skip
    assert found == expected


def test_what_papers_do_with_entities(store: Store, read: Read, first_ids: dict[str, str]) -> None:
    strength = [role.value for role in Role]
    expected: dict[tuple[str, str], str] = {}
    for one in store.fetch(Denotation):
        key = (first_ids[one.paper], one.entity)
        expected[key] = min(expected.get(key, one.role), one.role, key=strength.index)
    found = {
        (name, read.entity(entity)): role
        for paper, name in read.papers.items()
        for role in strength
        for entity in read.all(paper, OURS[role])
    }
    assert found == expected


def test_entities(store: Store, read: Read) -> None:
    alive = [one for one in read.of(SKOS.Concept) if not read.one(one, OWL.deprecated)]
    kinds = {str(OURS[kind]): kind for kind in ("Method", "Dataset", "Task", "Metric")}
    found = {
        (read.entity(one), read.one(one, SKOS.prefLabel), frozenset(read.all(one, SKOS.altLabel)),
         tuple(kinds[str(kind)] for kind in read.all(one, RDF.type) if str(kind) in kinds),
         frozenset(map(read.entity, read.all(one, SKOS.broader))),
         frozenset(map(str, [*read.all(one, SKOS.exactMatch), *read.all(one, SKOS.notation)])))
        for one in alive
    }  # fmt: skip
    grounded = defaultdict(set)
    for grounding in store.fetch(Grounding):
        scheme, identifier = grounding.scheme, grounding.identifier
        stem = SCHEMES.get(scheme, "")
        grounded[grounding.entity].add(
            stem + identifier.removeprefix(stem) if stem or "://" in identifier else f"{scheme}:{identifier}"
        )
    assert found == {
        (e.id, e.name, frozenset(set(e.aliases) - {e.name}), (e.kind,), frozenset(e.broader), frozenset(grounded[e.id]))
        for e in store.fetch(Entity)
    }


def test_mentions_and_sentences(store: Store, read: Read, first_ids: dict[str, str]) -> None:
    entities = denoted(store)
    found = {
        (*read.place(one), read.one(one, NIF.anchorOf), read.entity(entity), score)
        for one in read.of(OURS.Mention)
        for entity in read.all(one, OURS.denotes)
        for score in read.all(one, OURS.score)
    }
    expected = {
        (first_ids[m.paper], m.start, m.end, m.text, entities[m.paper, m.name], Decimal(repr(m.score)))
        for m in store.fetch(Mention)
    }
    assert found == expected
    sentences = {(*read.place(one), read.one(one, OURS.rhetoricalRole)) for one in read.of(NIF.Sentence)}
    known = {(first_ids[s.paper], s.start, s.end, s.role) for s in store.fetch(Sentence)}
    assert known <= sentences
    assert {one[3] for one in sentences - known} <= {None}, "else only what a statement rests on is a sentence"


def test_claims(store: Store, read: Read, first_ids: dict[str, str]) -> None:
    entities, types = denoted(store), {str(OURS.Finding): "finding", str(OURS.Contribution): "contribution"}
    found: dict[Any, set[Decimal]] = defaultdict(set)
    for one in read.of(OURS.Claim):
        values = frozenset(
            (read.one(v, OURS.value), read.one(v, OURS.unit) or "", read.one(v, OURS.comparison),
             read.one(v, OURS.baseline), frozenset(map(read.entity, read.all(v, OURS.onDataset))),
             frozenset(map(read.entity, read.all(v, OURS.byMetric))))
            for v in read.all(one, OURS.reports)
        )  # fmt: skip
        predicate = read.one(one, RDF.predicate)
        said = (
            tuple(types[str(kind)] for kind in read.all(one, RDF.type) if str(kind) in types),
            str(predicate).removeprefix(KG) if predicate else "none", read.one(one, OURS.polarity),
            read.one(one, OURS.negated), read.one(one, OURS.hedged), read.one(one, OURS.attribution), values,
            frozenset((role, read.entity(e)) for role, by in ARGUMENTS.items() for e in read.all(one, by)),
        )  # fmt: skip
        for sentence in read.all(one, OURS.evidence):
            found[said, read.place(sentence)] |= set(read.all(one, OURS.score))
    expected = set()
    for claim in store.fetch(Claim):
        local = {name: entity for (paper, name), entity in entities.items() if paper == claim.paper}
        values = frozenset(
            (Decimal(repr(float(v.number))), v.unit, v.comparison,
             None if v.baseline is None else Decimal(repr(float(v.baseline))),
             frozenset({local[v.dataset]} if v.dataset in local else ()),
             frozenset({local[v.metric]} if v.metric in local else ()))
            for v in claim.values
        )  # fmt: skip
        said = (
            (claim.type,), claim.predicate, claim.polarity, claim.negated, claim.hedged, claim.attribution, values,
            frozenset((a.role, local[a.entity]) for a in claim.arguments if a.entity in local),
        )  # fmt: skip
        expected.add((said, (first_ids[claim.paper], claim.start, claim.end)))
        assert Decimal(repr(claim.score)) in found[said, (first_ids[claim.paper], claim.start, claim.end)]
    assert set(found) == expected


def test_relations_and_their_plain_triples(store: Store, read: Read, first_ids: dict[str, str]) -> None:
    entities = denoted(store)
    names = {SKOS.broader: "subtypeOf"}
    found = set()
    for one in read.of(OURS.Relation):
        a, by, b = (read.one(one, part) for part in (RDF.subject, RDF.predicate, RDF.object))
        assert a == b or by == SKOS.broader or (a, by, b) in read.graph
        found |= {
            (read.entity(a), names.get(by, str(by).removeprefix(KG)), read.entity(b), read.place(sentence))
            for sentence in read.all(one, OURS.evidence)
        }
    assert found == {
        (entities[r.paper, r.subject], r.predicate, entities[r.paper, r.object],
         (first_ids[r.paper], r.start, r.end))
        for r in store.fetch(Relation)
        if (r.paper, r.subject) in entities and (r.paper, r.object) in entities
    }  # fmt: skip


def test_links_and_merges(store: Store, read: Read, first_ids: dict[str, str]) -> None:
    links = {
        (read.papers[read.one(one, OURS.linkSource)], read.papers[read.one(one, OURS.linkTarget)],
         read.one(one, OURS.weight), frozenset(map(read.entity, read.all(one, OURS.shares))))
        for one in read.of(OURS.Link)
    }  # fmt: skip
    assert links == {
        (first_ids[x.a], first_ids[x.b], Decimal(repr(x.weight)), frozenset(x.entities)) for x in store.fetch(Link)
    }
    merges = {
        (read.entity(read.one(one, OURS.mergedInto)), frozenset(read.all(one, OURS.mergedName)),
         read.one(one, OURS.score), read.one(one, OURS.reason))
        for one in read.of(OURS.Merge)
    }  # fmt: skip
    assert merges == {(m.entity, frozenset({m.a, m.b}), Decimal(repr(m.score)), m.reason) for m in store.fetch(Merge)}


def test_which_component_said_it(store: Store, read: Read, first_ids: dict[str, str]) -> None:
    """It is named where it is not the one that most of its kind come from."""
    entities = denoted(store)
    tables: dict[str, tuple[URIRef, type[Mention] | type[Claim] | type[Relation]]] = {
        "mentions": (OURS.Mention, Mention),
        "claims": (OURS.Claim, Claim),
        "relations": (OURS.Relation, Relation),
    }
    for table, (kind, known) in tables.items():
        usual = usual_sources(store).get(table, "")
        expected: set[Any] = set()
        rows: Iterator[Mention | Claim | Relation] = store.fetch(known)
        for row in rows:
            place = (first_ids[row.paper], row.start, row.end)
            if isinstance(row, Mention) and (row.paper, row.name) not in entities:
                continue
            expected |= {(place, row.source)} if row.source != usual else set()
        found = {
            (read.place(stretch), unquote(str(source)).rpartition("/component/")[2])
            for one in read.of(kind)
            for source in read.all(one, OURS.source)
            for stretch in (read.all(one, OURS.evidence) or [one])
        }
        assert expected <= found, table
        assert {source for _, source in found} == {source for _, source in expected}, table


def test_no_iri_of_the_data_dangles_and_no_score_is_out_of_range(read: Read) -> None:
    subjects = set(read.graph.subjects())
    for subject, predicate, value in read.graph:
        if isinstance(value, URIRef) and value.startswith(BASE):
            assert value in subjects, (subject, predicate, value)
    assert all(0 <= score <= 1 for score in read.graph.objects(None, OURS.score) for score in [score.toPython()])
    for stretch in [*read.of(OURS.Mention), *read.of(NIF.Sentence)]:
        _, start, end = read.place(stretch)
        assert 0 <= start <= end <= read.one(read.one(stretch, NIF.referenceContext), NIF.endIndex)
