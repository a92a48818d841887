"""Deciding on a graph that is there: the file beside it, the views, undoing, and the same as from nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyshacl
import pytest
import rdflib

import kg
from kg.config import Config, ResolveConfig
from kg.decisions import DECISIONS, add_decisions
from kg.errors import QueryError, ReadError, ResolveError
from kg.records import Decision, Denotation, DocumentEntity, Entity, Merge, Paper, Rejection
from kg.stages import open_for_writing, resolve_again
from kg.store import Store
from tests.examples import ROOT, few_papers, write_papers
from tests.resolve.stores import Told, document_entities

FORMATS = ("ttl", "report", "csv", "html", "graphml", "jsonld")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    papers = write_papers(folder / "papers.jsonl", few_papers(10))
    with kg.build(papers, folder / "graph", formats=[f for f in FORMATS if f in _known()]):
        return folder


def _known() -> list[str]:
    from kg.export import find_formats

    return list(find_formats())


@pytest.fixture
def graph(built: Path, tmp_path: Path) -> Iterator[kg.Graph]:
    shutil.copytree(built / "graph", tmp_path / "graph")
    with kg.open(tmp_path / "graph") as opened:
        yield opened


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".duckdb", ".tsv")
    }


def two_entities(graph: kg.Graph) -> tuple[Entity, Entity]:
    """Return the two most shared methods."""
    first, second = graph.entities(kind="Method")[:2]
    return first, second


def test_merging_makes_one_of_two_everywhere_and_deleting_the_line_undoes_it(graph: kg.Graph) -> None:
    before, count = contents(graph.folder), graph.store.count("entities")
    finger = graph.store.fingerprint()
    a, b = two_entities(graph)
    [new] = graph.merge(b.name, a.name, comment="they are one")
    assert graph.store.count("entities") == count - 1
    assert graph.entity(a.name).id == graph.entity(b.name).id
    assert graph.decisions() == [new]
    assert "decision: they are one" in {merge.reason for merge in graph.store.fetch(Merge)}
    assert contents(graph.folder) != before
    path = graph.folder / DECISIONS
    lines = path.read_text().split("\n")
    path.write_text("\n".join(line for line in lines if not line.startswith("name:")))
    graph.resolve()
    assert contents(graph.folder) == before
    assert graph.store.fingerprint() == finger


def test_a_decision_survives_rebuilds_and_more_papers_give_what_all_at_once_give(
    graph: kg.Graph, built: Path, tmp_path: Path
) -> None:
    a, b = two_entities(graph)
    graph.merge(a.name, b.name)
    graph.rename(b.name, "a name of our own")
    graph.drop(graph.entities(kind="Task")[0].name)
    known = graph.folder / DECISIONS
    papers = built / "papers.jsonl"
    # Half of the papers first, then all; the decisions lie beside it from the start.
    lines = papers.read_text(encoding="utf-8").splitlines(keepends=True)
    half = tmp_path / "half" / papers.name
    half.parent.mkdir()
    half.write_text("".join(lines[:5]), encoding="utf-8")
    formats = [f for f in FORMATS if f in _known()]
    grown, whole = tmp_path / "grown", tmp_path / "whole"
    for folder in (grown, whole):
        folder.mkdir()
        shutil.copy(known, folder)
    kg.build(half, grown, formats=formats).close()
    kg.build(papers, grown, formats=formats).close()
    kg.build(papers, whole, formats=formats).close()
    assert contents(grown) == contents(whole) == contents(graph.folder)
    with kg.open(grown) as one, kg.open(whole) as other:
        assert one.store.fingerprint() == other.store.fingerprint() == graph.store.fingerprint()
        assert one.entity("a name of our own").papers >= max(a.papers, b.papers)


def test_splitting_takes_a_spelling_out_again(graph: kg.Graph) -> None:
    a, b = two_entities(graph)
    graph.merge(a.name, b.name, rebuild=False)
    assert graph.entity(a.name).id != graph.entity(b.name).id
    graph.resolve()
    assert graph.entity(a.name).id == graph.entity(b.name).id
    with pytest.raises(ResolveError, match=r"this decision: .* but .*decisions\.tsv:\d+: .*delete"):
        graph.split(a.name, b.name)
    (graph.folder / DECISIONS).unlink()
    graph.split(a.name, b.name)
    assert graph.entity(a.name).id != graph.entity(b.name).id
    [one] = [r for r in graph.store.fetch(Rejection) if r.reason == "decision"]
    assert (one.a_kind, one.b_kind, one.source) == ("Method", "Method", "decisions@1")
    assert graph.split(a.name)[0].verdict == "alone"


def test_what_is_dropped_is_in_no_view(graph: kg.Graph) -> None:
    a, _ = two_entities(graph)
    graph.drop(a.name)
    assert a.id not in {denotation.entity for denotation in graph.store.fetch(Denotation)}
    for name, content in contents(graph.folder).items():
        assert f"entity/{a.id}".encode() not in content, name
    with pytest.raises(QueryError, match="no entity or paper"):
        graph.show(a.id)
    for table in ("claims", "relations"):
        assert graph.store.count(table) >= 0


def test_a_kind_is_set_right_for_all_names_of_an_entity(graph: kg.Graph) -> None:
    a, _ = two_entities(graph)
    new = graph.set_kind(a.name, "dataset")
    assert {decision.other for decision in new} == {"Dataset"}
    again = graph.entity(a.name)
    assert (again.kind, again.papers) == ("Dataset", a.papers)
    with pytest.raises(QueryError, match="no kind 'Nonsense'; known: Dataset"):
        graph.set_kind(a.name, "Nonsense")


def test_broader_shows_in_the_entity(graph: kg.Graph) -> None:
    a, b = two_entities(graph)
    graph.broader(a.name, b.name)
    assert graph.entity(b.name).id in graph.entity(a.name).broader
    with pytest.raises(ResolveError, match="is narrower than"):
        graph.broader(b.name, a.name)


def test_the_same_decision_twice_is_one_line(graph: kg.Graph) -> None:
    a, b = two_entities(graph)
    assert len(graph.merge(a.name, b.name)) == 1
    assert graph.merge(a.name, b.name) == []
    assert len(graph.decisions()) == 1


def test_names_that_mean_nothing_decide_nothing(graph: kg.Graph) -> None:
    a, _ = two_entities(graph)
    for asked in ("no such name at all", "<script>", "'; --"):
        with pytest.raises(QueryError):
            graph.merge(asked, a.name)
    with pytest.raises(QueryError, match="is a paper"):
        graph.drop(next(graph.store.fetch(Paper)).id)
    with pytest.raises(QueryError, match="no name"):
        graph.rename(a.name, "  ")
    with pytest.raises(QueryError):
        graph.split(a.name, a.name)
    assert not (graph.folder / DECISIONS).exists()


def test_a_faulty_file_is_told_before_papers_are_read_and_the_graph_stays(
    graph: kg.Graph, built: Path, tmp_path: Path
) -> None:
    finger = graph.store.fingerprint()
    (graph.folder / DECISIONS).write_text("subject_label\tpredicate_id\tobject_label\na\tb\tc\n")
    for attempt in (graph.resolve, lambda: graph.drop(two_entities(graph)[0].name)):
        with pytest.raises(ReadError, match=r"decisions\.tsv:2: predicate_id 'b'"):
            attempt()
    with pytest.raises(ReadError, match=r"decisions\.tsv:2"):
        kg.build(built / "papers.jsonl", graph.folder)
    assert graph.store.fingerprint() == finger
    with pytest.raises(ReadError, match=r"none\.tsv: cannot be read"):
        graph.resolve(config=Config(resolve=ResolveConfig(decisions=str(tmp_path / "none.tsv"))))


def test_decisions_may_lie_elsewhere_and_the_place_does_not_change_the_graph(graph: kg.Graph, tmp_path: Path) -> None:
    a, b = two_entities(graph)
    graph.merge(a.name, b.name)
    finger = graph.store.fingerprint()
    elsewhere = tmp_path / "mine.sssom.tsv"
    (graph.folder / DECISIONS).rename(elsewhere)
    graph.resolve(config=Config(resolve=ResolveConfig(decisions=str(elsewhere))))
    assert graph.store.fingerprint() == finger


def test_decisions_of_a_hostile_hand_are_counted_and_harm_nothing(graph: kg.Graph) -> None:
    hostile = ["<script>alert(1)</script>", 'a "b"', "x\ny", "שלום", "\ud800", "| a |", "'; DROP TABLE papers; --"]
    add_decisions(graph.folder / DECISIONS, [Decision(name=name, kind="Method", verdict="dropped") for name in hostile])
    graph.resolve()
    with Store(graph.path, read_only=True) as store:
        assert store.count("decisions") == len(hostile)
    report = (graph.folder / "report.md").read_text(encoding="utf-8")
    assert f"0 of {len(hostile)} decisions hold." in report
    assert "<script>" not in report


@pytest.fixture
def small(tmp_path: Path) -> Iterator[kg.Graph]:
    told: list[Told] = [
        "BERT", "BERT", ("MMLU", "Dataset"), ("quartz lattice annealing", "Method", ["QLA"]), "crystal cooling",
        ("PaLM 540B", "Method"), ("PaLM 540B", "Method"), ("PaLM 540B", "Method"), ("PaLM-540B", "Dataset"),
    ]  # fmt: skip
    with open_for_writing(tmp_path / "graph.duckdb") as store:
        store.add(DocumentEntity, document_entities(told))
        resolve_again(store)
    with kg.open(tmp_path) as opened:
        yield opened


def test_a_name_that_is_given_stays_whatever_a_vocabulary_calls_it(small: kg.Graph) -> None:
    small.rename("BERT", "our BERT")
    assert small.entity("BERT").name == "our BERT"


def test_what_only_the_papers_make_a_contradiction_of_is_refused_and_not_kept(small: kg.Graph) -> None:
    [first] = small.split("quartz lattice annealing", "crystal cooling")
    path = small.folder / DECISIONS
    # The acronym is printed with the full form alone: that is what it means.
    add_decisions(path, [Decision(name="QLA", kind="Method", verdict="same", other="MMLU", other_kind="Dataset")])
    before, finger = path.read_bytes(), small.store.fingerprint()
    with pytest.raises(ResolveError, match="but other lines make them one; delete one of the lines"):
        small.merge("crystal cooling", "MMLU")
    assert path.read_bytes() == before
    assert small.store.fingerprint() == finger
    assert first in small.decisions()


def test_one_spelling_under_two_kinds_is_split_and_merged_by_its_form_or_its_kind(small: kg.Graph) -> None:
    assert small.store.count("entities") == 5
    [new] = small.split("PaLM 540B", "PaLM-540B")
    assert {new.kind, new.other_kind} == {"Method", "Dataset"}
    assert small.store.count("entities") == 6
    (small.folder / DECISIONS).unlink()
    small.split("Method:PaLM 540B", "Dataset:PaLM-540B")
    assert small.store.count("entities") == 6


def test_decisions_that_match_nothing_are_told_with_what_is_missing(small: kg.Graph) -> None:
    gone = Decision(name="BERT", kind="Method", verdict="same", other="ELMo", other_kind="Method")
    add_decisions(small.folder / DECISIONS, [gone])
    small.resolve()
    assert [(one.name, one.missing) for one in small.unmatched()] == [("BERT", ("ELMo",))]
    assert small.decisions() == [gone]


def test_the_rdf_of_a_decided_graph_keeps_to_the_shapes(graph: kg.Graph) -> None:
    methods = graph.entities(kind="Method")
    graph.drop(methods[0].name, rebuild=False)
    graph.merge(methods[1].name, methods[2].name, rebuild=False)
    graph.rename(methods[2].name, 'a <b>"name"</b>', rebuild=False)
    graph.set_kind(methods[3].name, "Task", rebuild=False)
    graph.broader(methods[4].name, methods[2].name)
    shapes = rdflib.Graph().parse(ROOT / "ontology" / "shapes.ttl")
    conforms, _, said = pyshacl.validate(graph.to_rdflib(), shacl_graph=shapes)
    assert conforms, said
