"""Discs do not meet, tied ones are near, the same input gives the same places."""

import dataclasses
import itertools
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.page.arrange import WHOLE, arrange
from kg.page.contents import Contents, read_contents
from kg.page.groups import Arrangement, name_apart, strongest
from kg.page.layout import band, find_communities, pack, place, ring
from kg.store import Store
from tests.graphs import small_graph


def made(papers: int, shared: int) -> Contents:
    """Papers in families of ten; each family shares three entities, and each paper has `shared` of its own."""
    uses: list[tuple[int, int, int]] = []
    names: list[str] = []
    having: list[int] = []
    for family in range(math.ceil(papers / 10)):
        members = range(family * 10, min(papers, family * 10 + 10))
        for i in range(3):
            names.append(f"family {family} {i}")
            having.append(len(members))
            uses += [(paper, len(names) - 1, 1) for paper in members]
    for paper in range(papers):
        for i in range(shared):
            names.append(f"own {paper} {i}")
            having.append(1)
            uses.append((paper, len(names) - 1, 0))
    links = [(a, b, 9.0) for a, b in itertools.combinations(range(papers), 2) if a // 10 == b // 10]
    links += [(a, a + 10, 4.0) for a in range(0, papers - 10, 10) if (a // 10) % 7]
    return Contents(
        papers=tuple((f"p{n:05d}", f"Paper {n}", 2020) for n in range(papers)),
        entities=tuple((f"method/{n:05d}", name, 0, having[n], ()) for n, name in enumerate(names)),
        kinds=("Method",),
        predicates=(),
        uses=tuple(sorted(uses)),
        links=tuple(sorted(links)),
        relations=(),
    )


def drawn_papers(arrangement: Arrangement) -> list[int]:
    return sorted(paper for group in arrangement.groups for paper in group.papers)


def test_no_disc_is_over_another() -> None:
    radii = [10.0 + (i * 7) % 31 for i in range(60)]
    ties = [(i, (i * 3) % 60, 1.0 + i % 4) for i in range(60)]
    for places in (place(radii, ties), pack(radii), band(radii, width=500)):
        for (a, ra), (b, rb) in itertools.combinations(zip(places, radii, strict=True), 2):
            assert math.dist(a, b) >= ra + rb - 2


def test_tied_discs_stand_nearer_than_others() -> None:
    ties = [(a, b, 1.0) for half in (range(10), range(10, 20)) for a, b in itertools.combinations(half, 2)]
    places = place([8.0] * 20, ties)
    within = [math.dist(places[a], places[b]) for a, b, _ in ties]
    across = [math.dist(places[a], places[b]) for a in range(10) for b in range(10, 20)]
    assert sum(within) / len(within) < 0.7 * sum(across) / len(across)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_discs_have_places(count: int) -> None:
    assert len(place([9.0] * count, [])) == len(pack([9.0] * count)) == len(band([9.0] * count, width=100)) == count
    assert len(ring(count, inner=30, each=20)[0]) == count


def test_a_ring_keeps_its_places_apart_and_inside_its_radius() -> None:
    places, radius = ring(40, inner=34, each=22)
    assert all(math.dist(a, b) > 14 for a, b in itertools.combinations(places, 2))
    assert all(math.hypot(*at) <= radius for at in places)


def test_communities_are_whole_sorted_and_leave_nobody_out() -> None:
    contents = made(60, 0)
    found = find_communities(60, contents.links)
    assert sorted(itertools.chain(*found)) == list(range(60))
    assert [len(c) for c in found] == sorted((len(c) for c in found), reverse=True)
    for family in range(6):
        assert any(set(range(family * 10, family * 10 + 10)) <= set(c) for c in found)


def test_a_small_graph_is_drawn_whole_with_every_paper_and_entity() -> None:
    contents = made(60, 2)
    arrangement = arrange(contents)
    assert arrangement.whole and arrangement.folded == 0
    assert drawn_papers(arrangement) == list(range(60))
    assert len({e for g in arrangement.groups for e in g.entities}) == len(contents.entities)
    places = [at for g in arrangement.groups for at in (*g.papers.values(), *g.entities.values())]
    assert len(set(places)) == len(places)


def test_entities_of_one_paper_are_folded_where_they_are_too_many() -> None:
    contents = made(300, 6)
    assert len(contents.entities) > WHOLE
    arrangement = arrange(contents)
    assert arrangement.whole and arrangement.folded == 1800
    assert drawn_papers(arrangement) == list(range(300))


def test_a_large_graph_opens_as_communities_that_hold_every_paper_once() -> None:
    arrangement = arrange(made(2000, 1))
    assert not arrangement.whole
    assert drawn_papers(arrangement) == list(range(2000))
    tops = [g for g in arrangement.groups if g.parent == -1]
    assert 2 <= len(tops) <= 48
    assert sum(g.size for g in tops) == 2000
    for number, group in enumerate(arrangement.groups):
        children = [g for g in arrangement.groups if g.parent == number]
        assert bool(children) != bool(group.papers)
        assert group.size == (sum(g.size for g in children) if children else len(group.papers))


def test_papers_without_any_tie_are_still_reached() -> None:
    bare = made(2000, 1)
    contents = Contents(
        papers=bare.papers, entities=bare.entities, kinds=bare.kinds, predicates=(), uses=bare.uses, links=(),
        relations=(),
    )  # fmt: skip
    assert drawn_papers(arrange(contents)) == list(range(2000))


def test_communities_beside_each_other_are_named_apart_and_say_nothing_twice() -> None:
    names = ["large language models", "language models", "GSM8K", "ImageNet", "image classification"]
    told = dataclasses.replace(made(4, 1), entities=tuple((n, n, 0, 1, ()) for n in names))
    assert name_apart(told, [[0, 1, 2], [0, 3, 4], [0]]) == [(0, 2), (3, 4), (0,)]


def test_only_the_strongest_ties_of_each_end_are_kept() -> None:
    ties = [(0, 1, 5.0), (0, 2, 4.0), (0, 3, 3.0), (1, 2, 1.0)]
    assert strongest(ties, 1) == [(0, 1, 5.0), (0, 2, 4.0), (0, 3, 3.0)]


def test_the_hash_seed_changes_no_place(tmp_path: Path) -> None:
    graph = small_graph(tmp_path)
    code = (
        "import sys\nfrom pathlib import Path\nfrom kg.page.arrange import arrange\n"
        "from kg.page.contents import read_contents\nfrom kg.store import Store\n"
        "print(arrange(read_contents(Store(Path(sys.argv[1]), read_only=True))))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code, str(graph)],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1")
    }  # fmt: skip
    assert len(said) == 1
    with Store(graph, read_only=True) as store:
        assert str(arrange(read_contents(store))) == said.pop().strip()


def test_what_a_part_is_around_stands_in_the_middle_and_ties_no_communities(tmp_path: Path) -> None:
    with Store(small_graph(tmp_path), read_only=True) as store:
        contents = read_contents(store)
    [gsm8k] = [n for n, entity in enumerate(contents.entities) if entity[1] == "GSM8K"]
    bert = [n for n, paper in enumerate(contents.papers) if paper[0] == "1810.04805"]
    arrangement = arrange(contents, seeds=[contents.entities[gsm8k][0]])
    assert [g.entities[gsm8k] for g in arrangement.groups if gsm8k in g.entities] == [(0, 0)]
    assert all((g.x, g.y) != (0, 0) and math.hypot(g.x, g.y) > g.radius for g in arrangement.groups)
    assert drawn_papers(arrangement) == list(range(len(contents.papers)))
    both = arrange(contents, seeds=[contents.entities[gsm8k][0], "1810.04805"])
    assert drawn_papers(both) == list(range(len(contents.papers)))
    assert math.hypot(*next(g.papers[bert[0]] for g in both.groups if bert[0] in g.papers)) < 200


def test_a_part_of_nothing_but_its_seed_is_that_seed() -> None:
    contents = made(1, 1)
    alone = dataclasses.replace(contents, papers=(), uses=(), links=(), relations=())
    [group] = arrange(alone, seeds=[contents.entities[0][0]]).groups
    assert group.entities == {0: (0, 0)}
