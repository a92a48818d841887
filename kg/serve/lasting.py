"""Answers to what ships, beside the index of a large graph: a server that starts again has them at once.

An index never changes, so neither do its answers; they lie in its folder, and go when it goes.
"""

import contextlib
import io
import os
from pathlib import Path

from kg.serve.frames import parse_frame, to_frame
from kg.serve.kept import Frame

#: The folder in an index's own, which Oxigraph passes by; another name where answers are given in another way.
_FOLDER = "kg-answers-1"


class Lasting:
    """Answers in files, one each, by the digest of their questions."""

    def __init__(self, index: Path | None) -> None:
        """Keep answers in an index's folder; none where there is no index, as of a graph in memory."""
        self._folder = index / _FOLDER if index else None

    def read(self, key: bytes) -> tuple[Frame, ...]:
        """Return the frames of an answer; none where it is not there, not whole, or cannot be read."""
        if self._folder is None:
            return ()
        try:
            content = io.BytesIO((self._folder / key.hex()).read_bytes())
        except OSError:
            return ()
        frames = []
        while (frame := parse_frame(content))[0] in (b"H", b"D"):
            frames.append(frame)
        return tuple(frames) if frame[0] == b"E" and not content.read(1) else ()

    def write(self, key: bytes, frames: tuple[Frame, ...]) -> None:
        """Keep an answer, if the folder can be written: it saves time, and nothing depends on it."""
        if self._folder is None:
            return
        part = self._folder / f".{os.getpid()}"
        try:
            self._folder.mkdir(exist_ok=True)
            part.write_bytes(b"".join([*(to_frame(*frame) for frame in frames), to_frame(b"E")]))
            part.replace(self._folder / key.hex())
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink()
