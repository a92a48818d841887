"""Files and folders that are written whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.errors import StoreError


@contextmanager
def written_whole(path: Path, *, remedy: str = "free some space or give another place") -> Iterator[Path]:
    """Yield the place beside ``path`` to write a file or a folder to; renamed to ``path`` when the block ends well.

    What was at ``path`` is whole until then; of a block that fails or is interrupted nothing is left.

    Args:
        path: the file or folder; the folder it lies in is made where it is missing.
        remedy: what the error proposes.

    Raises:
        StoreError: the place cannot be written.
    """
    part = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if part.is_dir():
            remove(part)
        yield part
        if part.is_dir():
            remove(path)
        part.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}; {remedy}") from error
    finally:
        with suppress(OSError):
            remove(part)


def remove(path: Path) -> None:
    """Remove a file, or a folder with what it holds; nothing where there is nothing."""
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()
