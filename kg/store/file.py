"""The graph's tables in one DuckDB file: the only module with SQL DDL.

Every table is a record class of `kg.records`: its columns are the class's fields, in their order. Two tables are the
store's own: `inputs` holds what was read, one row an input record, and `extractions` says under which key (digest of
text and model) a paper was extracted, which is what makes a second build cheap.

The file's content is a function of what went in; its bytes are not, since DuckDB writes a random identifier and
unused padding. `Store.fingerprint` is the digest of the content.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import duckdb

from kg.errors import StoreError
from kg.records import Document, Paper, from_plain, hints_of, to_plain
from kg.store.faults import told
from kg.store.tables import EXTRACTED, KEPT, ORDER, OWN, SCHEMA, TABLES, columns_of
from kg.text import digest

R = TypeVar("R")

#: Rows that one insert takes; a batch's JSON stays at some tens of megabytes.
_BATCH = 50_000
#: Rows that are written as JSON in one go.
_ENCODED = 500
_ENCODER = json.JSONEncoder(ensure_ascii=False)
#: DuckDB's own memory; beyond it spills to disk. Extraction needs the rest.
_MEMORY = "2GB"


def _silence(connection: "duckdb.DuckDBPyConnection") -> None:
    """Switch DuckDB's progress bar off, which it draws on standard output; in Jupyter it may be off for good."""
    [[shown]] = connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()
    if shown:
        connection.execute("SET enable_progress_bar = false")


class Store:
    """One open graph file. Use as a context manager, or call `close`.

    Readers ask with `fetch` (records, always in the table's order) or `rows` (any SELECT); writers add whole records.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open ``path``, creating the tables where the file is new.

        Raises:
            StoreError: the file is missing (read-only), locked, not a graph, or of another schema.
        """
        self.path = path
        self._read_only = read_only
        if read_only and not path.is_file():
            raise StoreError(f"{path}: no such graph; make one with 'kg build PAPERS -o {path.parent}'")
        with told(path):
            # A reader attaches the file to a database of its own: DuckDB hands out what one process has open already by
            # its path, and would go on showing the old graph after a build has put a new one in its place.
            self._connection = duckdb.connect(
                ":memory:" if read_only else str(path),
                config={"memory_limit": _MEMORY, "threads": 2, "temp_directory": str(path) + ".tmp"},
            )
            _silence(self._connection)
            if read_only:
                self._connection.execute(f"ATTACH '{_quoted(path)}' AS kept (READ_ONLY)")
                self._connection.execute("USE kept")
            if not read_only:
                self._create()
            self._check()
            if not read_only:
                self._create_kept()

    def _create(self) -> None:
        known = {row[0] for row in self.rows("SELECT table_name FROM duckdb_tables()")}
        if known and "schema_version" not in known:
            raise StoreError(f"{self.path}: a DuckDB file, but not a graph of kg's; give another place")
        if known:
            return
        self._connection.execute("BEGIN")
        for table in (*TABLES, *OWN):
            columns = ", ".join(f'"{name}" {kind}' for name, kind in columns_of(table).items())
            self._connection.execute(f"CREATE TABLE {table} ({columns})")
        self._connection.execute("CREATE TABLE schema_version (number INTEGER)")
        self._connection.execute("INSERT INTO schema_version VALUES (?)", [SCHEMA])
        self._connection.execute("COMMIT")

    def _create_kept(self) -> None:
        """Make the tables that a graph may lack: an older one does, and one of other columns is of no use."""
        for table in KEPT:
            held = dict(self.rows("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?", [table]))
            if held != columns_of(table):
                columns = ", ".join(f'"{name}" {kind}' for name, kind in columns_of(table).items())
                self._connection.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")

    def _check(self) -> None:
        tables = {row[0] for row in self.rows("SELECT table_name FROM duckdb_tables()")}
        if "schema_version" not in tables:
            raise StoreError(f"{self.path}: a DuckDB file, but not a graph of kg's; give another place")
        [[number]] = self.rows("SELECT number FROM schema_version")
        if number != SCHEMA:
            raise StoreError(f"{self.path}: written by another version of kg (schema {number}, this is {SCHEMA}); "
                             "move it away and build again")  # fmt: skip

    def close(self) -> None:
        """Close the file; what was written is on disk afterwards."""
        with told(self.path):
            self._connection.close()
        shutil.rmtree(str(self.path) + ".tmp", ignore_errors=True)

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    # ---- reading

    def _cursor(self) -> "duckdb.DuckDBPyConnection":
        """Return a connection of its own to the same database, so that one read may go on inside another.

        (The annotation is a string: evaluated, it would hold DuckDB's types beyond the interpreter's end, which their
        binding complains of on standard error.)
        """
        cursor = self._connection.cursor()
        return cursor.execute("USE kept") if self._read_only else cursor

    def rows(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a SELECT: for counts and small tables."""
        with told(self.path):
            found: list[tuple[Any, ...]] = self._cursor().execute(sql, parameters or None).fetchall()
            return found

    def stream(self, sql: str, parameters: Sequence[Any] = (), *, batch: int = 2_000) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a SELECT, ``batch`` at a time: for tables of any size."""
        with told(self.path):
            cursor = self._cursor().execute(sql, parameters or None)
            while some := cursor.fetchmany(batch):
                yield from some

    def fetch(self, cls: type[R], where: str = "", parameters: Sequence[Any] = ()) -> Iterator[R]:
        """Yield the records of class ``cls``, in the table's order; ``where`` is a condition over its columns."""
        table = next(name for name, record in TABLES.items() if record is cls)
        names = list(hints_of(cls))
        listed = ", ".join(f'"{name}"' for name in names)
        condition = f"WHERE {where}" if where else ""
        for row in self.stream(f"SELECT {listed} FROM {table} {condition} ORDER BY {ORDER[table]}", parameters):
            yield from_plain(cls, dict(zip(names, row, strict=True)))

    def count(self, table: str) -> int:
        """Return the number of rows of a table."""
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def fingerprint(self) -> str:
        """Return the SHA-256 of the content: all rows of all tables of records, in order."""
        sha = hashlib.sha256()
        for table in TABLES:
            sha.update(table.encode())
            listed = ", ".join(f'"{name}"' for name in columns_of(table))
            for row in self.stream(f"SELECT {listed} FROM {table} ORDER BY {ORDER[table]}"):
                sha.update(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
        return sha.hexdigest()

    # ---- reading on the writing connection: sees its temporary tables and its open transaction

    def own_rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a SELECT over what this connection has, temporary tables included."""
        with told(self.path):
            found: list[tuple[Any, ...]] = self._connection.execute(sql, parameters or None).fetchall()
            return found

    # ---- writing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside is kept whole or not at all."""
        with told(self.path):
            self._connection.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def add_rows(self, table: str, rows: Iterable[Mapping[str, Any]], *, into: str = "") -> int:
        """Append rows, given as dictionaries of the table's columns; return how many.

        ``into`` names a temporary table of the same columns to append to instead.

        They pass through a JSON file beside the store, since DuckDB reads that many times faster than it takes bound
        parameters.
        """
        columns = columns_of(table)
        typed = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items()) + "}"
        listed = ", ".join(f'"{name}"' for name in columns)
        added, waiting = 0, iter(rows)
        with told(self.path), self._scratch() as part:
            while True:
                written = 0
                with part.open("w", encoding="utf-8") as lines:
                    while some := list(islice(waiting, min(_ENCODED, _BATCH - written))):
                        lines.write(f"{',' if written else '['}{_ENCODER.encode(some)[1:-1]}\n")
                        written += len(some)
                    lines.write("]")
                if written:
                    self._connection.execute(
                        f"INSERT INTO {into or table} ({listed}) SELECT {listed} FROM read_json('{_quoted(part)}', "
                        f"format='array', maximum_object_size=268435456, columns={typed})"
                    )
                    added += written
                if written < _BATCH:
                    return added

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """Give a file to write rows through; what a killed run left of it goes when its graph is next closed."""
        beside = Path(str(self.path) + ".tmp")
        beside.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=beside) as folder:
            yield Path(folder) / "rows.json"

    def add(self, cls: type[R], found: Iterable[R]) -> int:
        """Append records of class ``cls`` to their table; return how many."""
        table = next(name for name, record in TABLES.items() if record is cls)
        return self.add_rows(table, (to_plain(record) for record in found))

    def add_documents(self, documents: Sequence[tuple[Document, str]]) -> None:
        """Keep what was extracted, with the key it was extracted under, replacing what those papers had."""
        papers = [document.paper.id for document, _ in documents]
        with self.transaction():
            self.remove_extractions(papers)
            for table in EXTRACTED:
                attribute = "entities" if table == "document_entities" else table
                self.add_rows(
                    table,
                    (to_plain(record) for document, _ in documents for record in getattr(document, attribute)),
                )
            self.add_rows("extractions", ({"paper": document.paper.id, "key": key} for document, key in documents))

    def remove_extractions(self, papers: Sequence[str]) -> None:
        """Forget what was extracted from these papers (inside the caller's transaction)."""
        held = self._connection.execute(
            "SELECT count(*) FROM extractions WHERE paper IN (SELECT unnest(?::VARCHAR[]))", [list(papers)]
        ).fetchone()
        if not held or not held[0]:
            return
        for table in (*EXTRACTED, "extractions"):
            self.run(f"DELETE FROM {table} WHERE paper IN (SELECT unnest(?::VARCHAR[]))", [list(papers)])

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Execute one INSERT, UPDATE, DELETE or temporary-table statement on the writing connection."""
        with told(self.path):
            self._connection.execute(sql, parameters or None)

    def clear(self, tables: Sequence[str]) -> None:
        """Empty tables."""
        for table in tables:
            self.run(f"DELETE FROM {table}")

    def write_compact(self, path: Path) -> None:
        """Write a copy without the holes that deleting leaves, each table in its order."""
        Store(path).close()
        self.run(f"ATTACH '{_quoted(path)}' AS fresh")
        for table in (*TABLES, *OWN, *KEPT):
            self.run(f"INSERT INTO fresh.{table} SELECT * FROM {table} ORDER BY {ORDER.get(table, 'ALL')}")
        self.run("DETACH fresh")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def paper_key(paper: Paper, model: str) -> str:
    """Return the key of a paper's extraction: it changes with the paper's text and with the model, nothing else."""
    return digest(paper.text, model, length=24)
