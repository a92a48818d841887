"""A person's last word: what decisions make of the entities, whatever scores and guards say."""

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.config import ResolveConfig
from kg.errors import ResolveError
from kg.records import Decision, Denotation, DocumentEntity, Entity, Merge, Rejection, Verdict, entity_id
from kg.resolve import resolve_entities
from kg.store import Store
from tests.resolve.stores import Told, broader, document_entities, groups


def said(
    name: str, verdict: str, other: str = "", *, kind: str = "Method", other_kind: str = "", **more: str
) -> Decision:
    of_kind = (other_kind or kind) if verdict in ("same", "different", "broader") else ""
    return Decision(name=name, kind=kind, verdict=verdict, other=other, other_kind=of_kind, **more)  # type: ignore[arg-type]


def decided(folder: Path, told: Iterable[Told], decisions: Sequence[Decision]) -> Store:
    store = Store(folder / "graph.duckdb")
    store.clear(["document_entities"])
    store.add(DocumentEntity, document_entities(told))
    resolve_entities(store, ResolveConfig(), {one: f"decisions.tsv:{n}" for n, one in enumerate(decisions, 2)})
    return store


def test_what_no_score_joins_is_one_when_a_person_says_so(tmp_path: Path) -> None:
    told = ["retrieval-augmented generation", "open-book answering", "open-book answering"]
    with decided(tmp_path, told, [said("Open-Book Answering", "same", "retrieval augmented generation")]) as store:
        assert groups(store) == [["open-book answering", "retrieval-augmented generation"]]
        [merge] = store.fetch(Merge)
        assert (merge.reason, merge.source, merge.score) == ("decision", "decisions@1", 1.0)


def test_a_decision_wins_over_the_guards(tmp_path: Path) -> None:
    with decided(tmp_path, ["GPT-3", "GPT-4"], [said("GPT-3", "same", "GPT-4", comment="one family")]) as store:
        assert groups(store) == [["GPT-3", "GPT-4"]]
        assert [merge.reason for merge in store.fetch(Merge)] == ["decision: one family"]


def test_whole_clusters_come_together_not_the_two_names_alone(tmp_path: Path) -> None:
    told = ["beam search", "beam search", "beam search strategy", "wide search", "wide search", "wide search method"]
    with decided(tmp_path, told, [said("wide search method", "same", "beam search strategy")]) as store:
        assert groups(store) == [["beam search", "beam search strategy", "wide search", "wide search method"]]


def test_what_scores_join_is_two_when_a_person_says_so(tmp_path: Path) -> None:
    told = ["beam search", "beam search", "beam search strategy"]
    with decided(tmp_path, told, [said("beam search strategy", "different", "beam search")]) as store:
        assert groups(store) == []
        [one] = store.fetch(Rejection)
        assert (one.a, one.b, one.reason, one.source) == (
            "beam search", "beam search strategy", "decision", "decisions@1",
        )  # fmt: skip
        assert 0.9 <= one.score < 1


def test_two_that_a_third_joined_are_parted_where_it_was_least_sure(tmp_path: Path) -> None:
    told = [*["motion prediction"] * 3, "motion prediction method", "motion forecasting"]
    with decided(tmp_path, told, []) as store:
        assert len(groups(store)[0]) == 3
    with decided(tmp_path, told, [said("motion forecasting", "different", "motion prediction method")]) as store:
        assert groups(store) == [["motion prediction", "motion prediction method"]]


def test_a_name_that_stands_alone_is_merged_with_nothing(tmp_path: Path) -> None:
    told = ["beam search", "beam search", "beam search strategy", "beam search algorithm"]
    with decided(tmp_path, told, [said("beam search strategy", "alone")]) as store:
        assert groups(store) == [["beam search", "beam search algorithm"]]
    alone = [said("beam search strategy", "alone"), said("beam search strategy", "same", "beam search")]
    with decided(tmp_path, told, alone) as store:
        assert len(groups(store)[0]) == 3
        assert not list(store.fetch(Rejection))


def test_a_given_name_stays_and_the_printed_ones_are_aliases(tmp_path: Path) -> None:
    with decided(tmp_path, ["PPO", "PPO algorithm"], [said("ppo", "renamed", "proximal policy optimisation")]) as store:
        [entity] = store.fetch(Entity)
        assert entity.name == "proximal policy optimisation"
        assert entity.id == entity_id("Method", entity.name)
        assert entity.aliases == ("PPO", "PPO algorithm")
        assert {(m.a, m.b) for m in store.fetch(Merge)} == {(entity.name, "PPO"), (entity.name, "PPO algorithm")}
        assert {m.reason for m in store.fetch(Merge) if m.b == "PPO"} == {"decision"}


def test_a_name_given_that_another_thing_has_makes_them_one(tmp_path: Path) -> None:
    told = ["QZJ", "quantum zonal jumping", "quantum zonal jumping"]
    with decided(tmp_path, told, [said("QZJ", "renamed", "Quantum zonal jumping")]) as store:
        assert groups(store) == [["QZJ", "quantum zonal jumping"]]
        [entity] = store.fetch(Entity)
        assert entity.name == "Quantum zonal jumping"


def test_a_name_given_is_taken_from_what_had_it_by_choice(tmp_path: Path) -> None:
    # The full form of one is in the other's spellings under another key.
    told: list[Told] = [("sparse model (SM)", "Method", ["SM"]), "sm net"]
    with decided(tmp_path, told, [said("sm net", "renamed", "SM")]) as store:
        names = sorted(entity.name for entity in store.fetch(Entity))
        assert "SM" in names
        assert len(names) == 2


def test_a_wrong_kind_is_set_right_and_meets_its_namesake(tmp_path: Path) -> None:
    told: list[Told] = [("MMLU", "Method"), ("MMLU", "Dataset"), ("MMLU benchmark", "Dataset")]
    with decided(tmp_path, told, [said("MMLU", "kind", "Dataset")]) as store:
        [entity] = store.fetch(Entity)
        assert (entity.kind, entity.papers) == ("Dataset", 3)
        assert {d.kind for d in store.fetch(Denotation)} == {"Method", "Dataset"}
        assert ("MMLU", "Method", "decision") in {(m.b, m.b_kind, m.reason) for m in store.fetch(Merge)}


def test_a_right_kind_is_kept_against_the_many(tmp_path: Path) -> None:
    told: list[Told] = [*[("in-context learning", "Method")] * 9, ("in-context learning", "Task")]
    with decided(tmp_path, told, [said("in-context learning", "kind", "Task", kind="Task")]) as store:
        assert {(e.kind, e.papers) for e in store.fetch(Entity)} == {("Method", 9), ("Task", 1)}


def test_of_two_kinds_the_other_name_gives_its_own(tmp_path: Path) -> None:
    told: list[Told] = [*[("code review", "Method")] * 3, ("code reviewing task", "Task")]
    decision = said("code review", "same", "code reviewing task", other_kind="Task")
    with decided(tmp_path, told, [decision]) as store:
        [entity] = store.fetch(Entity)
        assert entity.kind == "Task"


def test_what_is_no_entity_is_nowhere(tmp_path: Path) -> None:
    told: list[Told] = ["state-of-the-art", "State of the Art", "BERT", ("state of the art", "Task")]
    with decided(tmp_path, told, [said("state of the art", "dropped")]) as store:
        assert sorted((e.name, e.kind) for e in store.fetch(Entity)) == [
            ("BERT", "Method"),
            ("state of the art", "Task"),
        ]
        assert len(list(store.fetch(Denotation))) == 2


def test_broader_is_taken_over_and_turns_what_words_suggest(tmp_path: Path) -> None:
    with decided(tmp_path, ["BERT", "language modelling"], [said("BERT", "broader", "language modelling")]) as store:
        assert broader(store) == {("BERT", "language modelling")}
    told = ["multimodal fusion nets", "fusion nets"]
    with decided(tmp_path, told, []) as store:
        assert broader(store) == {("multimodal fusion nets", "fusion nets")}
    with decided(tmp_path, told, [said("fusion nets", "broader", "multimodal fusion nets")]) as store:
        assert broader(store) == {("fusion nets", "multimodal fusion nets")}


def test_what_is_broader_by_two_steps_is_never_merged(tmp_path: Path) -> None:
    told = ["beam search", "beam search", "beam search strategy", "search"]
    steps = [said("beam search", "broader", "search"), said("search", "broader", "beam search strategy")]
    with decided(tmp_path, told, steps) as store:
        assert groups(store) == []
        assert broader(store) >= {("beam search", "search"), ("search", "beam search strategy")}


def test_an_acronym_stands_for_the_full_form_that_papers_print_it_with(tmp_path: Path) -> None:
    told: list[Told] = [("quartz lattice annealing", "Method", ["QLA"]), "crystal cooling"]
    with decided(tmp_path, told, [said("QLA", "same", "crystal cooling")]) as store:
        assert groups(store) == [["crystal cooling", "quartz lattice annealing"]]


def test_what_matches_nothing_is_told_and_kept(tmp_path: Path) -> None:
    decisions = [
        said("BERT", "same", "no such thing"),
        said("nor this", "dropped"),
        said("nor that", "kind", "Task"),
        said("BERT", "renamed", "Bert"),
    ]
    with decided(tmp_path, ["BERT"], decisions) as store:
        missing = {(d.verdict, d.missing) for d in store.fetch(Decision)}
        assert missing == {
            ("same", ("no such thing",)), ("dropped", ("nor this",)), ("kind", ("nor that",)), ("renamed", ()),
        }  # fmt: skip


CONTRADICTIONS = [
    ([said("A1", "same", "B1"), said("a-1", "different", "B1")], "'a-1' (Method) is not 'B1' (Method), but"),
    ([said("A", "same", "B"), said("B", "same", "C"), said("C", "different", "A")], "decisions.tsv:4"),
    ([said("A", "broader", "B"), said("B", "broader", "A")], "is narrower than"),
    ([said("A", "broader", "B"), said("B", "broader", "C"), said("C", "broader", "A")], "decisions.tsv:3"),
    ([said("A", "broader", "B"), said("B", "same", "C"), said("C", "broader", "A")], "is narrower than"),
    ([said("A", "broader", "B"), said("A", "same", "B")], "is narrower than"),
    ([said("A", "renamed", "X"), said("A", "renamed", "Y")], "is called 'Y'"),
    ([said("A", "renamed", "X"), said("B", "renamed", "Y"), said("A", "same", "B")], "decisions.tsv:4"),
    ([said("A", "renamed", "B"), said("A", "different", "B")], "is called 'B'"),
    ([said("A", "kind", "Task"), said("A", "kind", "Dataset")], "is a Dataset"),
    ([said("A", "kind", "Task"), said("B", "kind", "Dataset"), said("A", "same", "B")], "is a Dataset"),
    ([said("A", "kind", "Task"), said("A", "kind", "Dataset", kind="Task")], "is a Dataset"),
    ([said("A", "dropped"), said("A", "same", "B")], "is no entity"),
    ([said("A", "dropped"), said("B", "same", "A")], "is no entity"),
    ([said("A", "dropped"), said("A", "renamed", "B")], "is no entity"),
    ([said("A", "dropped"), said("A", "kind", "Task")], "is no entity"),
    ([said("GPT-4", "different", "gpt4")], "spellings of one name"),
]


@pytest.mark.parametrize(("decisions", "message"), CONTRADICTIONS)
def test_a_contradiction_names_the_lines_and_nothing_is_written(
    tmp_path: Path, decisions: list[Decision], message: str
) -> None:
    with decided(tmp_path, ["A", "B", "C"], []) as store:
        before = store.fingerprint()
        for order in (decisions, decisions[::-1]):
            with pytest.raises(ResolveError) as told:
                resolve_entities(store, ResolveConfig(), {d: f"decisions.tsv:{n}" for n, d in enumerate(order, 2)})
            places = {f"decisions.tsv:{n}" for n in range(2, 2 + len(decisions))}
            named = {place for place in places if place in str(told.value)}
            assert len(named) >= min(2, len(decisions))
            assert "delete" in str(told.value)
        assert message in str(told.value) or len(decisions) > 1
        assert store.fingerprint() == before


HOSTILE = ["<script>alert(1)</script>", 'a "quoted" name', "line\nbreak", "שלום עולם", "()", "-", "*", "%s", "\\", "'"]


def test_hostile_names_are_decided_on_like_others(tmp_path: Path) -> None:
    pairs = [said(a, "same", b) for a, b in itertools.pairwise(HOSTILE)]
    with decided(tmp_path, HOSTILE, pairs) as store:
        [entity] = store.fetch(Entity)
        assert entity.papers == len(HOSTILE)
    with decided(tmp_path, HOSTILE, [said(name, "dropped") for name in HOSTILE]) as store:
        assert store.count("entities") == store.count("denotations") == store.count("merges") == 0


NAMES = ["beam search", "beam search strategy", "beam searching", "GPT-3", "GPT-4", "multimodal LLMs", "LLMs"]
DECISIONS = st.lists(
    st.builds(
        said,
        st.sampled_from(NAMES),
        st.sampled_from(["same", "different", "broader"]),
        st.sampled_from(NAMES),
    )
    | st.builds(said, st.sampled_from(NAMES), st.sampled_from(["alone", "dropped"]))
    | st.builds(said, st.sampled_from(NAMES), st.just("renamed"), st.sampled_from(["One", "Two", "LLMs"]))
    | st.builds(said, st.sampled_from(NAMES), st.just("kind"), st.sampled_from(["Task", "Method"])),
    max_size=5,
)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(decisions=DECISIONS)
def test_any_decisions_hold_or_contradict_each_other(
    tmp_path_factory: pytest.TempPathFactory, decisions: list[Decision]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    try:
        store = decided(folder, NAMES, decisions)
    except ResolveError:
        return
    with store:
        denotes = {d.name: d.entity for d in store.fetch(Denotation)}
        entities = {e.id: e for e in store.fetch(Entity)}
        above = {e.id: e.broader for e in entities.values()}
        for one in decisions:
            a, b = denotes.get(one.name), denotes.get(one.other)
            if one.verdict == Verdict.DROPPED:
                assert a is None
            elif a and one.verdict == Verdict.RENAMED:
                assert entities[a].name == one.other
            elif a and one.verdict == Verdict.KIND:
                assert entities[a].kind == one.other
            elif a and b and one.verdict == Verdict.SAME:
                assert a == b
            elif a and b and one.verdict == Verdict.DIFFERENT:
                assert a != b
            elif a and b and one.verdict == Verdict.BROADER:
                assert b in above[a]
        print_of = store.fingerprint()
        resolve_entities(store, ResolveConfig(), {d: f"x:{n}" for n, d in enumerate(reversed(decisions))})
        assert store.fingerprint() == print_of


def test_the_likest_that_are_kept_apart_are_told_with_their_reason(tmp_path: Path) -> None:
    told: list[Told] = [*[("model merging", "Method")] * 2, ("model merging", "Metric"), "GPT-3", "GPT-4"]
    with decided(tmp_path, told, []) as store:
        [one] = [r for r in store.fetch(Rejection) if r.a_kind != r.b_kind]
        assert (one.a, one.a_kind, one.b_kind, one.score) == ("model merging", "Method", "Metric", 0.6667)
        assert one.reason == "one name, Method in 67% of its papers"
    decision = said("model merging", "different", "model merging", other_kind="Metric")
    with decided(tmp_path, told, [decision]) as store:
        assert [(r.source, r.reason) for r in store.fetch(Rejection) if r.a_kind != r.b_kind] == [
            ("decisions@1", "decision")
        ]
    with decided(tmp_path, told, [said("model merging", "same", "model merging", other_kind="Metric")]) as store:
        assert not [r for r in store.fetch(Rejection) if r.a_kind != r.b_kind]
