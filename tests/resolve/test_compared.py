"""A graph that changes is the graph from nothing, and only the blocks of names that changed are compared again."""

import dataclasses
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from kg.config import Config, ResolveConfig
from kg.decisions import DECISIONS, add_decisions
from kg.records import Decision, Document, DocumentEntity, Mention, Paper, Relation, Verdict
from kg.resolve import Resolved, resolve_entities
from kg.stages import open_for_writing, resolve_again
from kg.store import Store
from tests.resolve.stores import document_entities

#: (name, kind, the acronyms printed beside it) of each paper. QLA means one thing in some papers, another in others,
#: and stands alone in some: what it means there, and in longer names, changes with the papers that are in.
PAPERS: list[list[tuple[str, str, Sequence[str]]]] = [
    [("quartz lattice annealing", "Method", ["QLA"]), ("QLA sampler", "Method", []), ("Ising set", "Dataset", [])],
    [("quartz lattice annealing", "Method", ["QLA"]), ("dense retrieval", "Task", []), ("Ising", "Dataset", [])],
    [("quick label alignment", "Method", ["QLA"]), ("label alignment", "Task", []), ("dense retriever", "Method", [])],
    [("quick label alignment", "Method", ["QLA"]), ("label alignment loss", "Metric", []), ("recall", "Metric", [])],
    [("quick label alignment", "Method", ["QLA"]), ("label alignment", "Method", []), ("label alignments", "Task", [])],
    [("QLA", "Method", []), ("quartz lattice annealing sampler", "Method", []), ("Ising", "Dataset", [])],
    [("QLA", "Method", []), ("label alignment", "Task", []), ("recall", "Metric", []), ("QLA sampler", "Method", [])],
    [("generative adversarial network", "Method", ["GAN"]), ("GANs", "Method", []), ("image synthesis", "Task", [])],
    [("generative adversarial network", "Method", []), ("image generation", "Task", []), ("Recall", "Metric", [])],
    [("generative adversarial network", "Method", []), ("conditional GAN", "Method", []), ("ImageNet", "Dataset", [])],
    [("generative adversarial network", "Method", []), ("generating images", "Task", []), ("Imagenet", "Dataset", [])],
    [("generative adversarail network", "Method", []), ("<script>alert('x')</script>", "Method", []), ("", "Task", [])],
    [("adversarail training", "Method", []), ("adversarial training", "Method", []), ("dense\nretrieval", "Task", [])],
    [("label alignment", "Method", []), ("dense retrieval", "Method", []), ("QLA (label alignment)", "Method", [])],
]  # fmt: skip
SAID = [
    Decision(name="QLA", kind="Method", verdict=Verdict.SAME, other="quick label alignment", other_kind="Method"),
    Decision(name="dense retriever", kind="Method", verdict=Verdict.DIFFERENT, other="dense retrieval",
             other_kind="Method"),
    Decision(name="recall", kind="Metric", verdict=Verdict.RENAMED, other="recall at ten"),
    Decision(name="label alignment", kind="Method", verdict=Verdict.KIND, other="Task"),
    Decision(name="Ising", kind="Dataset", verdict=Verdict.DROPPED),
    Decision(name="conditional GAN", kind="Method", verdict=Verdict.BROADER, other="generative adversarial network",
             other_kind="Method"),
    Decision(name="image synthesis", kind="Task", verdict=Verdict.ALONE),
]  # fmt: skip


def document(number: int) -> Document:
    """Return what was extracted from a paper: each of its names stands in its abstract, one after the other."""
    told = [one for one in PAPERS[number] if one[0]]
    paper = Paper(id=f"p{number:02}", title="Title", abstract=" such as ".join(name for name, _, _ in told))
    mentions, start = [], len("Title\n\n")
    for name, kind, _ in told:
        mentions.append(
            Mention(paper=paper.id, start=start, end=start + len(name), text=name, kind=kind, name=name, score=0.9,
                    source="test")
        )  # fmt: skip
        start += len(name) + len(" such as ")
    relations = [
        Relation(paper=paper.id, subject=one.name, predicate="subtypeOf", object=other.name, start=0, end=5, score=0.9,
                 source="test")
        for one, other in pairwise(mentions)
        if one.kind == other.kind and number % 3 == 0
    ]  # fmt: skip
    entities = (dataclasses.replace(row, paper=paper.id) for row in document_entities(told))
    return Document(
        paper=paper,
        entities=tuple(sorted(entities, key=lambda e: (e.name, e.kind))),
        mentions=tuple(mentions),
        relations=tuple(relations),
    )


def add(store: Store, number: int) -> None:
    store.add(Paper, [document(number).paper])
    store.add_documents([(document(number), f"key {number}")])


def remove(store: Store, number: int) -> None:
    with store.transaction():
        store.remove_extractions([f"p{number:02}"])
        store.run("DELETE FROM papers WHERE id = ?", [f"p{number:02}"])


def from_nothing(folder: Path, numbers: Sequence[int], said: Sequence[Decision]) -> str:
    folder.mkdir()
    add_decisions(folder / DECISIONS, list(said))
    with Store(folder / "graph.duckdb") as store:
        for number in numbers:
            add(store, number)
        resolve_again(store, Config())
        return store.fingerprint()


@pytest.mark.parametrize("seed", range(3))
def test_papers_and_decisions_put_and_taken_in_any_order_give_what_a_build_from_nothing_gives(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    path = tmp_path / "grown" / "graph.duckdb"
    path.parent.mkdir()
    inside: set[int] = set()
    said: set[int] = set()
    seen = set()
    for step in range(8):
        with open_for_writing(path) as store:
            for number in chance.sample(range(len(PAPERS)), chance.choice((1, 1, 2, 4))):
                (remove if number in inside else add)(store, number)
                inside ^= {number}
            said ^= set(chance.sample(range(len(SAID)), chance.choice((0, 0, 1, 2))))
            (path.parent / DECISIONS).unlink(missing_ok=True)
            add_decisions(path.parent / DECISIONS, [SAID[number] for number in sorted(said)])
            resolve_again(store, Config())
        with Store(path, read_only=True) as store:
            found = store.fingerprint()
        expected = from_nothing(
            tmp_path / f"{step}", chance.sample(sorted(inside), len(inside)), [SAID[n] for n in sorted(said)]
        )
        assert found == expected, f"step {step}: papers {sorted(inside)}, decisions {sorted(said)}"
        seen.add(found)
    assert len(seen) > 1


def test_what_an_acronym_means_changes_with_one_paper_and_nothing_old_is_left_of_it(tmp_path: Path) -> None:
    path = tmp_path / "grown" / "graph.duckdb"
    for number, numbers in enumerate(([0, 1, 5], [0, 1, 2, 3, 4, 5], [2, 3, 4, 5])):
        with open_for_writing(path) as store:
            held = {int(paper[1:]) for (paper,) in store.rows("SELECT id FROM papers")}
            for one in sorted(held ^ set(numbers)):
                (remove if one in held else add)(store, one)
            resolve_again(store, Config())
            assert store.fingerprint() == from_nothing(tmp_path / f"{number}", numbers, [])


def names(count: int) -> list[DocumentEntity]:
    """Return names in papers of their own, each of some block with a few others."""
    chance = random.Random(5)
    words = "deep sparse graph causal".split()
    heads = "model models network framework method sampler samplers retrieval".split()
    return document_entities(
        f"{chance.choice(words)} w{chance.randrange(count // 10)} {chance.choice(heads)}" for _ in range(count)
    )


def resolve(store: Store) -> Resolved:
    return resolve_entities(store, ResolveConfig())


def test_one_paper_more_compares_only_the_blocks_it_falls_in(tmp_path: Path) -> None:
    more = document_entities(["deep w7 paradigm", "BERT"])
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(DocumentEntity, names(600))
        first = resolve(store)
        assert first.compared > 50
        again = resolve(store)
        assert (again.blocks, again.compared) == (first.blocks, 0)
        store.add(DocumentEntity, [dataclasses.replace(row, paper="another") for row in more])
        grown = resolve(store)
        assert 0 < grown.compared <= 4 < grown.blocks
        kept = store.count("compared")
    with Store(tmp_path / "nothing.duckdb") as store:
        store.add(DocumentEntity, names(600))
        store.add(DocumentEntity, [dataclasses.replace(row, paper="another") for row in more])
        assert resolve(store).compared > 50
        assert store.count("compared") == kept, "what no block asks for any more is gone"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE compared SET pairs = '[[0, 1, 0.0, \"a lie\"]]'",
        "UPDATE compared SET pairs = ''",
        "UPDATE compared SET pairs = NULL",
        "UPDATE compared SET sound = 'x'",
        "UPDATE compared SET block = 'x', pairs = 'no JSON'",
        "INSERT INTO compared SELECT block, '[[0, 1, 0.0, \"a lie\"]]', sound FROM compared",
        "DELETE FROM compared",
        "DROP TABLE compared",
        "CREATE OR REPLACE TABLE compared (block INTEGER)",
    ],
)
def test_what_is_kept_and_damaged_is_not_believed(tmp_path: Path, damage: str) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(DocumentEntity, names(200))
        first = resolve(store)
        expected = store.fingerprint()
        store.run(damage)
    with Store(tmp_path / "graph.duckdb") as store:
        assert resolve(store).compared > 0
        assert store.fingerprint() == expected
        assert resolve(store) == Resolved(blocks=first.blocks, compared=0), "it is mended"


def test_what_another_version_kept_is_not_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(DocumentEntity, names(100))
        first = resolve(store)
        monkeypatch.setattr("kg.resolve.compared._basis", lambda: "another")
        assert resolve(store) == first
        assert resolve(store).compared == 0


def test_a_compact_copy_keeps_what_was_compared(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(DocumentEntity, names(100))
        resolve(store)
        store.write_compact(tmp_path / "fresh.duckdb")
    with Store(tmp_path / "fresh.duckdb") as store:
        assert resolve(store).compared == 0
