"""Formats of a statement a line, cut into compressed parts that bulk loaders read side by side."""

import gzip
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

#: Formats that can be cut anywhere between two lines.
SHARDED = ("nt", "nq")
#: Level of compression: on N-Quads of abstracts twice as quick as zlib's own default, and a tenth larger.
_LEVEL = 4


def write_shards(chunks: Iterable[str], folder: Path, *, format: str, shards: int) -> None:
    """Write whole lines into ``part-0001.nq.gz`` and so on, a chunk after the other into the next part.

    The parts are equally long within some chunks. Nothing in them tells when or where they were written.

    Args:
        chunks: text that ends with a line's end, each.
        folder: where the parts go; made.
        format: ``nt`` or ``nq``.
        shards: how many parts; with fewer chunks than parts some are empty.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    width = max(4, len(str(shards)))
    with ExitStack() as opened:
        parts = []
        for number in range(1, shards + 1):
            raw = opened.enter_context((folder / f"part-{number:0{width}}.{format}.gz").open("wb"))
            parts.append(opened.enter_context(gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0)))
        for at, chunk in enumerate(chunks):
            parts[at % shards].write(chunk.encode())
