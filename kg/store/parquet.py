"""The tables as Parquet, a file each, for pandas, polars, Spark, DuckDB and whatever else reads columns."""

from pathlib import Path
from typing import TYPE_CHECKING

from kg.store.tables import ORDER, TABLES, columns_of

if TYPE_CHECKING:
    from kg.config import ExportConfig
    from kg.store.file import Store


#: Columns that no view tells: from which files the papers were read is the reader's own business.
_KEPT_BACK = {"papers": {"sources"}}


def write_parquet(store: "Store", folder: Path, *, config: "ExportConfig") -> None:
    """Write every table of records into ``folder``, in its order; what is nested stays lists and structs.

    Only the names of the files that papers came from are left out, as in every view.

    Raises:
        StoreError: the folder cannot be written.
        OSError: it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        listed = ", ".join(f'"{name}"' for name in columns_of(table) if name not in _KEPT_BACK.get(table, ()))
        place = str(folder / f"{table}.parquet").replace("'", "''")
        store.run(
            f"COPY (SELECT {listed} FROM {table} ORDER BY {ORDER[table]}) TO '{place}' (FORMAT parquet, CODEC zstd)"
        )
