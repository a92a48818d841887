"""DuckDB's and the system's faults, told as ours: what is wrong with which file, and what helps."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from kg.errors import StoreError


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn DuckDB's and the system's faults into StoreError with the remedy."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        said = str(error)
        if "No space left" in said or ("disk" in said.lower() and "full" in said.lower()):
            remedy = "the disk is full; free some space and run the same command again: it goes on where it stopped"
        elif "File too large" in said or "quota exceeded" in said.lower():
            remedy = "the file may not grow further (ulimit, quota); raise the limit and run the same command again"
        elif "Permission denied" in said or "Read-only file system" in said:
            remedy = "this place may not be written or read; give another folder, or change its permissions"
        elif "Out of Memory" in said:
            remedy = "DuckDB's share of the memory is not enough for this; tell us, with the size of the graph"
        elif "lock on file" in said.lower():
            remedy = "another process has it open; wait for it to end, or stop it"
        else:
            remedy = "if it is not a graph that kg wrote, move it away and build again"
        raise StoreError(f"{path}: {said.splitlines()[0] if said else type(error).__name__}; {remedy}") from error
