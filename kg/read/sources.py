"""Files, folders, globs and standard input as sources of lines, unpacked and decoded."""

import codecs
import gzip
import io
import os
import re
import sys
import zlib
from collections.abc import Iterable, Iterator
from glob import glob
from pathlib import Path
from typing import BinaryIO, cast

from kg.errors import ReadError

#: Bytes looked at to recognise a format.
HEAD = 1 << 16
_ENCODING = re.compile(r"(\A\s*<\?xml[^<>]{0,80}?)\s+encoding=[\"'][\w.-]{1,40}[\"']")
_GZIP = b"\x1f\x8b"
#: Files of a folder that are not papers: read only when they are named themselves.
_NOT_PAPERS = ("readme", "license", "licence", "copying", "changelog", "citation", "authors", "notice")

PathLike = str | os.PathLike[str]


def find_files(paths: Iterable[PathLike]) -> Iterator[str]:
    """Yield the files that paths mean: themselves, those in a folder (sorted, hidden ones left out), a glob's, ``-``.

    Files such as README or LICENSE in a folder are left out.

    Raises:
        ReadError: a path means no file.
    """
    for given in paths:
        path = os.fspath(given)
        if path == "-" or Path(path).is_file():
            yield path
        elif Path(path).is_dir():
            found = [
                p
                for p in sorted(Path(path).rglob("*"))
                if p.is_file()
                and not any(part.startswith(".") for part in p.relative_to(path).parts)
                and not p.name.lower().startswith(_NOT_PAPERS)
            ]
            if not found:
                raise ReadError(f"{path}: no files in this folder; give one that holds papers")
            yield from map(str, found)
        else:
            matched = sorted(p for p in glob(path, recursive=True) if Path(p).is_file())  # noqa: PTH207 - any pattern
            if not matched:
                raise ReadError(f"{path}: no such file or folder; check the spelling, or quote a pattern")
            yield from matched


class Source:
    """One input: its name, its first bytes, and its lines, once."""

    def __init__(self, path: str) -> None:
        """Open ``path`` (``-`` is standard input).

        Raises:
            ReadError: it cannot be opened or unpacked, or is empty.
        """
        self.path = path
        self.name = "stdin" if path == "-" else Path(path).name
        with self.told():
            raw: BinaryIO = sys.stdin.buffer if path == "-" else cast(BinaryIO, Path(path).open("rb"))
        self._file = raw
        self._packed: io.BufferedReader = io.BufferedReader(cast(io.RawIOBase, raw), HEAD * 2)
        self._stream: io.BufferedReader = self._packed
        try:
            self._open()
        except ReadError:
            self.close()
            raise

    def _open(self) -> None:
        """Unpack and recode the file; look at its first bytes."""
        with self.told():
            if self._stream.peek(2)[:2] == _GZIP:
                self._stream = io.BufferedReader(cast(io.RawIOBase, gzip.GzipFile(fileobj=self._stream)), HEAD * 2)
            self.head = self._stream.peek(HEAD)[:HEAD]
        if not self.head.strip():
            raise ReadError(f"{self.path}: empty; give a file with papers")
        if self.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._to_utf8()

    def _to_utf8(self) -> None:
        """Go on as if the file, which is UTF-16, were UTF-8."""
        with self.told():
            try:
                text = self._stream.read().decode("utf-16")
            except UnicodeDecodeError as error:
                raise ReadError(f"{self.path}: broken UTF-16 at byte {error.start}; save it again as UTF-8") from error
        # An XML declaration would still tell the parser that this is UTF-16.
        text = _ENCODING.sub(r"\1", text, count=1)
        self._stream = io.BufferedReader(cast(io.RawIOBase, io.BytesIO(text.encode("utf-8", "replace"))), HEAD * 2)
        self.head = self._stream.peek(HEAD)[:HEAD]

    def told(self) -> "_Told":
        """Return what turns the system's and gzip's faults into ReadError with the file's name."""
        return _Told(self.path)

    def close(self) -> None:
        """Let go of the file; standard input stays open."""
        if self.path == "-":
            # Else it would be closed when this buffer is forgotten.
            self._packed.detach()
        else:
            self._file.close()

    def byte_lines(self) -> Iterator[bytes]:
        """Yield the lines as bytes, without a byte order mark."""
        with self.told():
            first = True
            for line in self._stream:
                yield line.removeprefix(codecs.BOM_UTF8) if first else line
                first = False

    def lines(self) -> Iterator[str]:
        """Yield the lines as text.

        Raises:
            ReadError: a line is not UTF-8.
        """
        for number, line in enumerate(self.byte_lines(), 1):
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise ReadError(f"{self.path}:{number}: {_undecodable(error)}") from error

    def text(self) -> str:
        r"""Return the whole as text, with line ends as ``\n``.

        Raises:
            ReadError: a line is not UTF-8.
        """
        return "".join(self.lines()).replace("\r\n", "\n").replace("\r", "\n")

    def stream(self) -> io.BufferedReader:
        """Return the bytes as a stream, for parsers of XML, which find the encoding themselves."""
        return self._stream


def _undecodable(error: UnicodeDecodeError) -> str:
    return f"byte {error.start + 1} of the line is not UTF-8; convert the file: iconv -f latin1 -t utf-8"


def decode_line(line: bytes) -> str:
    """Return a line as text.

    Raises:
        ValueError: it is not UTF-8; the message says where, and the remedy.
    """
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(_undecodable(error)) from error


class _Told:
    """Turns the system's and gzip's faults into ReadError with the file's name."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, EOFError | gzip.BadGzipFile | zlib.error):
            raise ReadError(f"{self.path}: the gzip file is cut off or damaged ({error}); fetch it again") from error
        if isinstance(error, OSError):
            raise ReadError(f"{self.path}: {error.strerror or error}; give a file that can be read") from error
