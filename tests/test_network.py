"""GraphML, GEXF and networkx hold the same graph, scalars only, whatever the text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from kg.config import ExportConfig
from kg.network import to_networkx, write_gexf, write_graphml
from kg.records import Paper, entity_id
from kg.store import Store
from tests.graphs import small_graph


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(small_graph(tmp_path_factory.mktemp("small")), read_only=True) as opened:
        yield opened


def test_every_paper_and_entity_is_a_typed_node(store: Store) -> None:
    network: Any = to_networkx(store)
    types = [data["type"] for _, data in network.nodes(data=True)]
    assert types.count("Paper") == store.count("papers")
    assert types.count("Entity") == store.count("entities")


def test_edges_are_typed_weighted_and_carry_their_sentence(store: Store) -> None:
    network: Any = to_networkx(store)
    between = network.get_edge_data("paper:2211.10435", entity_id("Method", "PAL"))
    [found] = between.values()
    assert found["type"] == "introduces"
    assert "PAL" in found["sentence"]
    assert found["source"] == "mentions@1"
    stated = network.get_edge_data(entity_id("Method", "RoBERTa"), entity_id("Method", "BERT"))
    assert {data["type"] for data in stated.values()} == {"outperforms", "basedOn"}
    assert all(data["paper"] == "1907.11692" and data["weight"] > 0.9 for data in stated.values())
    assert {data["type"] for *_, data in network.edges(data=True)} >= {"sharesWith", "broader", "uses", "mentions"}


def test_attributes_are_scalars_only(store: Store) -> None:
    network: Any = to_networkx(store)
    for *_, data in (*network.nodes(data=True), *network.edges(data=True)):
        assert all(type(value) in (str, int, float) for value in data.values())


def test_claims_are_nodes_where_they_are_wanted(store: Store) -> None:
    plain: Any = to_networkx(store)
    network: Any = to_networkx(store, claims=True)
    found = {node: data for node, data in network.nodes(data=True) if data["type"] == "Claim"}
    assert len(found) == store.count("claims")
    assert set(plain.nodes) == set(network.nodes) - set(found)
    assert plain.number_of_edges() == sum(1 for a, b in network.edges() if a not in found and b not in found)
    whole = {f"paper:{paper.id}": paper.text for paper in store.fetch(Paper)}
    for claim, data in found.items():
        [(paper, _, told)] = network.in_edges(claim, data=True)
        assert told["type"] == "states" and 0 <= told["weight"] <= 1
        assert whole[paper][told["start"] : told["end"]] == data["label"] == told["sentence"]
        assert type(data["negated"]) is bool
    ends = [(data["type"], network.nodes[b]["type"]) for a, b, data in network.edges(data=True) if a in found]
    assert {role for role, _ in ends} >= {"subject", "object", "onDataset"} and {kind for _, kind in ends} == {"Entity"}
    expected = 0
    for claim_paper, arguments in store.rows("SELECT paper, arguments FROM claims"):
        names = {row[0] for row in store.rows("SELECT name FROM denotations WHERE paper = ?", [claim_paper])}
        expected += len({(one["role"], one["entity"]) for one in arguments if one["entity"] in names})
    assert len(ends) == expected


def test_an_edge_key_is_unique_in_the_graph(store: Store) -> None:
    keys = [key for *_, key in to_networkx(store).edges(keys=True)]
    assert (
        len(keys)
        == len(set(keys))
        == store.count("denotations")
        + store.count("relations")
        + store.count("links")
        + sum(len(row[0]) for row in store.rows("SELECT broader FROM entities"))
    )


@pytest.mark.parametrize(("write", "read"), [(write_graphml, nx.read_graphml), (write_gexf, nx.read_gexf)])
def test_the_file_opens_in_networkx_with_all_it_holds(tmp_path: Path, store: Store, write: Any, read: Any) -> None:
    path = tmp_path / "graph.xml"
    write(store, path, config=ExportConfig())
    network: Any = to_networkx(store)
    again = read(path)
    assert set(again.nodes) == set(network.nodes)
    edges = {(a, b, key): data for a, b, key, data in network.edges(keys=True, data=True)}
    if write is write_graphml:
        found = {(a, b, key): data for a, b, key, data in again.edges(keys=True, data=True)}
        assert found == edges
        assert dict(again.nodes(data=True)) == dict(network.nodes(data=True))
    else:
        assert again.number_of_edges() == network.number_of_edges()
        hostile = 'paper:x"<y>/../%20\u00e9'
        assert again.nodes[hostile]["title"] == network.nodes[hostile]["title"]


@pytest.mark.parametrize("write", [write_graphml, write_gexf])
def test_the_same_store_gives_the_same_bytes(tmp_path: Path, store: Store, write: Any) -> None:
    for name in ("a", "b"):
        write(store, tmp_path / name, config=ExportConfig())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(("write", "read"), [(write_graphml, nx.read_graphml), (write_gexf, nx.read_gexf)])
def test_what_xml_forbids_is_gone(tmp_path: Path, write: Any, read: Any) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(Paper, [Paper(id="p\x0b1", title="bell\x07 & ]]> \ufffe <b>", abstract="")])
        write(store, tmp_path / "graph.xml", config=ExportConfig())
    [(_, data)] = read(tmp_path / "graph.xml").nodes(data=True)
    assert data["title"] == "bell  & ]]>   <b>"


@pytest.mark.parametrize(("write", "read"), [(write_graphml, nx.read_graphml), (write_gexf, nx.read_gexf)])
def test_an_empty_graph_is_a_valid_file(tmp_path: Path, write: Any, read: Any) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        write(store, tmp_path / "graph.xml", config=ExportConfig())
    assert len(read(tmp_path / "graph.xml")) == 0
