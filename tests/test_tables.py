"""CSV files read back to the text that went in; every table is there as rows and as a data frame."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kg.config import ExportConfig
from kg.errors import QueryError
from kg.network import to_networkx
from kg.records import Paper, to_plain
from kg.store import TABLES, Store
from kg.tables import to_pandas, to_rows, write_csv
from tests.graphs import small_graph


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(small_graph(tmp_path_factory.mktemp("small")), read_only=True) as opened:
        yield opened


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_nodes_and_edges_have_the_headers_that_neo4j_reads(tmp_path: Path, store: Store) -> None:
    write_csv(store, tmp_path / "csv", config=ExportConfig())
    nodes, edges = read(tmp_path / "csv" / "nodes.csv"), read(tmp_path / "csv" / "edges.csv")
    assert list(nodes[0])[:2] == ["id:ID", ":LABEL"]
    assert list(edges[0])[:3] == [":START_ID", ":END_ID", ":TYPE"]
    assert len(nodes) == store.count("papers") + store.count("entities")
    ids = {node["id:ID"] for node in nodes}
    assert len(ids) == len(nodes)
    assert {edge[":START_ID"] for edge in edges} | {edge[":END_ID"] for edge in edges} <= ids
    assert {node[":LABEL"] for node in nodes} >= {"Paper", "Entity;Method", "Entity;Dataset"}


def test_text_comes_back_exactly(tmp_path: Path, store: Store) -> None:
    write_csv(store, tmp_path / "csv", config=ExportConfig())
    titles = {node["title"] for node in read(tmp_path / "csv" / "nodes.csv")}
    assert {paper.title for paper in store.fetch(Paper)} <= titles
    sentences = {edge["sentence"] for edge in read(tmp_path / "csv" / "edges.csv")}
    assert any("new lines" in s or ",\nnew" in s for s in sentences)


def test_columns_are_typed_and_their_values_are_of_the_type(tmp_path: Path, store: Store) -> None:
    write_csv(store, tmp_path / "csv", config=ExportConfig())
    known = {"int": int, "double": float, "string": str}
    for file, typed in (("nodes.csv", {"year", "papers", "mentions"}), ("edges.csv", {"weight", "start", "end"})):
        rows = read(tmp_path / "csv" / file)
        columns = [name.partition(":") for name in rows[0] if not name.startswith(":") and name != "id:ID"]
        assert {name for name, _, kind in columns if kind} == typed
        for name, colon, kind in columns:
            assert all(known[kind or "string"](row[name + colon + kind]) is not None
                       for row in rows if row[name + colon + kind])  # fmt: skip


def test_what_is_absent_is_nothing_and_all_else_is_in_quotes(tmp_path: Path, store: Store) -> None:
    write_csv(store, tmp_path / "csv", config=ExportConfig())
    network = to_networkx(store)
    with duckdb.connect() as reader:
        sql = "SELECT * FROM read_csv(?, all_varchar=true, header=true, nullstr='', allow_quoted_nulls=false)"
        found = reader.execute(sql, [str(tmp_path / "csv" / "nodes.csv")])
        names = [column[0].partition(":")[0] for column in found.description]
        rows = {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}
    for node, properties in network.nodes(data=True):
        told = {name: value for name, value in rows[node].items() if value is not None and name not in ("id", "")}
        assert told == {name: str(value) for name, value in properties.items() if name != "type"}


def test_every_value_is_quoted_and_the_bytes_are_stable(tmp_path: Path, store: Store) -> None:
    for name in ("a", "b"):
        write_csv(store, tmp_path / name, config=ExportConfig())
    for file in ("nodes.csv", "edges.csv"):
        text = (tmp_path / "a" / file).read_bytes()
        assert text == (tmp_path / "b" / file).read_bytes()
        assert text.startswith(b'"') and text.endswith(b"\n")


@pytest.mark.parametrize("table", list(TABLES))
def test_rows_are_the_records_in_their_order(store: Store, table: str) -> None:
    cls: type[Any] = TABLES[table]
    assert list(to_rows(store, table)) == [to_plain(record) for record in store.fetch(cls)]


@pytest.mark.parametrize("table", list(TABLES))
def test_every_table_is_a_data_frame(store: Store, table: str) -> None:
    pytest.importorskip("pandas")
    frame = to_pandas(store, table)
    assert len(frame) == store.count(table)
    assert list(frame.columns) == list(next(iter(to_rows(store, table))))


def test_a_missing_year_stays_missing_and_a_known_one_whole(store: Store) -> None:
    pd = pytest.importorskip("pandas")
    years = to_pandas(store, "papers").set_index("id")["year"]
    assert years["1706.03762"] == 2017
    assert pd.isna(years["empty-1"])


def test_an_unknown_table_lists_the_known_ones(store: Store) -> None:
    with pytest.raises(QueryError, match=r"no table 'inputs'.*papers"):
        to_pandas(store, "inputs")


def test_an_empty_graph_has_headers_and_empty_frames(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        write_csv(store, tmp_path / "csv", config=ExportConfig())
        assert read(tmp_path / "csv" / "nodes.csv") == []
        assert list(to_rows(store, "papers")) == []
