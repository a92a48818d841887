"""What is least certain, with what papers print; what people decided is certain."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.records import Decision, Merge, Rejection
from kg.review import Quote, find_doubts, find_quote, to_text
from kg.store import Store
from tests.graphs import small_graph


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(small_graph(tmp_path)) as opened:
        yield opened


def test_the_least_certain_merges_come_first_then_the_likest_that_are_apart(store: Store) -> None:
    doubts = find_doubts(store)
    assert {doubt.merged for doubt in doubts} == {True, False}
    merged = [doubt for doubt in doubts if doubt.merged]
    apart = [doubt for doubt in doubts if not doubt.merged]
    assert doubts == merged + apart
    assert [d.score for d in merged] == sorted(d.score for d in merged)
    assert [d.score for d in apart] == sorted((d.score for d in apart), reverse=True)
    assert all(doubt.reason for doubt in doubts)


def test_each_name_has_a_sentence_that_prints_it(store: Store) -> None:
    for doubt in find_doubts(store):
        for name, quote in ((doubt.a, doubt.a_quote), (doubt.b, doubt.b_quote)):
            if quote.sentence:
                [[text]] = store.rows("SELECT title || '\n\n' || abstract FROM papers WHERE id = ?", [quote.paper])
                assert quote.sentence in text
                assert name.split()[0] in quote.sentence
    assert find_quote(store, "BERT", "Method").sentence
    assert find_quote(store, "BERT", "Dataset") == find_quote(store, "'; --", "Method") == Quote()


def test_what_people_decided_is_no_longer_in_doubt(store: Store) -> None:
    assert not any("GLUE" in (doubt.a, doubt.b) and not doubt.merged for doubt in find_doubts(store))
    first = find_doubts(store)[0]
    store.add(Decision, [Decision(name=first.b, kind=first.b_kind, verdict="same", other=first.a,
                                  other_kind=first.a_kind)])  # fmt: skip
    assert first not in find_doubts(store)


def test_a_limit_is_kept_and_spellings_of_one_name_are_one(store: Store) -> None:
    store.clear(["merges", "rejections"])
    store.add(
        Merge,
        [
            Merge(entity="x", a="beam search", a_kind="Task", b=b, b_kind="Task", score=score, reason="r", source="t")
            for b, score in (("Beam-Search algorithm", 0.91), ("beam search algorithm", 0.91), ("beam searching", 0.95),
                             ("beam  search", 1.0))
        ],
    )  # fmt: skip
    assert [doubt.b for doubt in find_doubts(store)] == ["Beam-Search algorithm", "beam searching"]
    assert len(find_doubts(store, limit=1)) == 1
    assert find_doubts(store, limit=0) == []


def test_the_text_shows_hostile_names_and_says_when_there_is_nothing(store: Store) -> None:
    store.add(Rejection, [Rejection(a="<script>", a_kind="Method", b="line\nbreak", b_kind="Task", score=0.89,
                                    reason="x", source="t@1")])  # fmt: skip
    text = to_text(find_doubts(store))
    assert "0.89  <script>  ≠  line break  (Method, Task)" in text
    store.clear(["merges", "rejections"])
    assert to_text(find_doubts(store)) == (
        "No merge is in doubt.\n\nNo names that were kept apart look alike.\n"
    )  # fmt: skip
