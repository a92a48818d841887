"""How much the RDF carries: all that the shipped questions need, and less where less is asked for."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import kg
from kg.config import ExportConfig
from kg.errors import ConfigError
from kg.query import find_queries, load_triples, to_sparql
from kg.query.run import ask
from tests.graphs import small_graph

EVERY = ExportConfig().depth


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kg.Graph]:
    with kg.open(small_graph(tmp_path_factory.mktemp("depth"))) as opened:
        yield opened


def answers(path: Path, depth: tuple[str, ...]) -> dict[str, list[str]]:
    triples = load_triples(path, config=ExportConfig(depth=depth))
    return {name: sorted(str(row) for row in ask(triples, to_sparql(name))) for name in find_queries()}


@pytest.fixture(scope="module")
def whole(graph: kg.Graph) -> dict[str, list[str]]:
    return answers(graph.path, EVERY)


@pytest.mark.parametrize("part", EVERY)
def test_each_part_of_the_default_is_what_some_shipped_question_needs(
    graph: kg.Graph, whole: dict[str, list[str]], part: str
) -> None:
    without = answers(graph.path, tuple(one for one in EVERY if one != part))
    assert any(without[name] != whole[name] for name in whole)


def test_what_papers_do_with_entities_and_what_they_state_is_at_every_depth(
    graph: kg.Graph, whole: dict[str, list[str]]
) -> None:
    bare = answers(graph.path, ())
    for name in ("top-datasets", "introduced-and-used", "trend", "shared-methods", "aliases", "unseen-pairs"):
        assert bare[name] == whole[name], name


def test_depth_is_chosen_in_python(graph: kg.Graph, tmp_path: Path) -> None:
    def written(depth: tuple[str, ...] | None) -> set[str]:
        [path] = graph.export("nt", folder=tmp_path, depth=depth)
        return set(path.read_text(encoding="utf-8").splitlines())

    assert written(None) == written(EVERY)
    lines = [written(EVERY[:parts]) for parts in range(len(EVERY) + 1)]
    assert all(len(less) < len(more) for less, more in pairwise(lines))
    papers = {line for line in lines[0] if "ontology#introduces>" in line}
    assert papers and papers <= lines[-1]


def test_a_depth_that_there_is_not_is_told_with_the_known_ones(graph: kg.Graph, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="mentions, sentences, abstracts, links"):
        graph.export("nt", folder=tmp_path, depth=("everything",))
    assert list(tmp_path.iterdir()) == []
