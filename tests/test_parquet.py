"""Every table comes back from its Parquet file as it is in the store."""

from pathlib import Path

import duckdb
import pytest

from kg.config import ExportConfig
from kg.errors import StoreError
from kg.export import export_graph
from kg.store import TABLES, Store
from kg.tables import to_rows
from tests.graphs import small_graph


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("it's here")
    with Store(small_graph(made), read_only=True) as store:
        assert export_graph(store, made, format="parquet", config=ExportConfig()) == made / "parquet"
    return made


@pytest.mark.parametrize("table", list(TABLES))
def test_a_table_comes_back_with_its_order_types_and_nesting(folder: Path, table: str) -> None:
    with duckdb.connect() as reader:
        found = reader.from_parquet(str(folder / "parquet" / f"{table}.parquet"))
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    with Store(folder / "graph.duckdb", read_only=True) as store:
        expected = [{k: v for k, v in row.items() if k != "sources"} for row in to_rows(store, table)]
        assert rows == expected
        assert len(rows) == store.count(table)


def test_a_place_that_cannot_be_written_is_told(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with (
        Store(folder / "graph.duckdb", read_only=True) as store,
        pytest.raises(StoreError, match="give another folder"),
    ):
        export_graph(store, tmp_path / "file", format="parquet")
