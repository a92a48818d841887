"""Papers linked through what they share."""

import math
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from kg.config import LinkConfig
from kg.link import link_papers
from kg.records import Denotation, Link, Paper
from kg.store import Store


def linked(folder: Path, uses: Iterable[tuple[str, str, str]], papers: int, config: LinkConfig, seed: int = 0) -> Store:
    """Return a store of ``papers`` papers that denote entities in roles, linked."""
    rows = [
        Denotation(paper=paper, name=f"{entity} {role}", kind="Method", role=role, entity=f"method/{entity}", score=0.9)
        for paper, entity, role in uses
    ]
    random.Random(seed).shuffle(rows)
    store = Store(folder / f"graph-{seed}.duckdb")
    store.add(Paper, [Paper(id=f"p{i:03}", title=f"Paper {i}", abstract="") for i in range(papers)])
    store.add(Denotation, rows)
    link_papers(store, config)
    return store


def test_a_link_weighs_the_bits_that_its_shared_entities_tell(tmp_path: Path) -> None:
    uses = [("p000", "rare", "uses"), ("p001", "rare", "introduces")]
    uses += [(f"p{i:03}", "known", "uses") for i in range(8)]
    with linked(tmp_path, uses, 64, LinkConfig()) as store:
        links = {(link.a, link.b): link for link in store.fetch(Link)}
    strongest = links["p000", "p001"]
    assert strongest.weight == pytest.approx(math.log2(64 / 2) + math.log2(64 / 8))
    assert strongest.entities == ("method/rare", "method/known")
    assert links["p000", "p002"].weight == pytest.approx(3.0)


def test_what_one_paper_only_mentions_counts_half(tmp_path: Path) -> None:
    uses = [("p000", "rare", "uses"), ("p001", "rare", "mentions")]
    with linked(tmp_path, uses, 64, LinkConfig(min_weight=1)) as store:
        [link] = store.fetch(Link)
    assert link.weight == pytest.approx(2.5)


def test_a_hub_links_nothing(tmp_path: Path) -> None:
    uses = [(f"p{i:03}", "hub", "uses") for i in range(60)]
    with linked(tmp_path, uses, 100, LinkConfig(min_weight=0)) as store:
        assert store.count("links") == 0
    # Where few papers have it, a large share makes no hub.
    with linked(tmp_path, uses[:15], 100, LinkConfig(min_weight=0, neighbours=100), seed=1) as store:
        assert store.count("links") == 15 * 14 // 2


def test_weak_links_are_left_out_and_each_paper_keeps_its_strongest(tmp_path: Path) -> None:
    star = [(f"p{i:03}", f"own{i}", "uses") for i in range(1, 30)] + [("p000", f"own{i}", "uses") for i in range(1, 30)]
    clique = [(f"p{i:03}", "group", "uses") for i in range(1, 30)]
    config = LinkConfig(neighbours=3, hub_share=0.5, hub_least=50)
    with linked(tmp_path, star + clique, 100, config) as store:
        links = list(store.fetch(Link))
    # All of the centre's links are among the strongest of their other end.
    assert sum(link.a == "p000" for link in links) == 29
    assert len(links) == 29
    with linked(tmp_path, star + clique, 100, LinkConfig(min_weight=50), seed=1) as store:
        assert store.count("links") == 0


def test_links_do_not_depend_on_the_order_of_the_rows(tmp_path: Path) -> None:
    draw = random.Random(5)
    uses = sorted({(f"p{draw.randrange(80):03}", f"e{draw.randrange(60)}", "uses") for _ in range(600)})
    prints = set()
    for seed in range(3):
        with linked(tmp_path, uses, 80, LinkConfig(), seed=seed) as store:
            assert all(link.a < link.b for link in store.fetch(Link))
            prints.add(store.fingerprint())
    assert len(prints) == 1


def test_linking_again_changes_nothing_and_an_empty_graph_has_no_links(tmp_path: Path) -> None:
    uses = [("p000", "rare", "uses"), ("p001", "rare", "uses")]
    with linked(tmp_path, uses, 64, LinkConfig()) as store:
        before = store.fingerprint()
        link_papers(store, LinkConfig())
        assert store.fingerprint() == before
    with linked(tmp_path, [], 0, LinkConfig(), seed=1) as store:
        assert store.count("links") == 0
