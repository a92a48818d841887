"""How the server and its workers talk: frames of one letter, a length and bytes, over a socket.

A worker that is ready says ``R``. It is sent ``Q``, a question (JSON), and sends back ``H``, the answer's status and
headers (JSON), ``D`` for each piece of its body, and ``E`` at its end; or ``X``, what went wrong (JSON: status and
message), before ``H`` or instead of ``E``.
"""

import asyncio
import json
import socket
import struct
from typing import Any, BinaryIO

_HEAD = struct.Struct(">cI")


def to_frame(letter: bytes, content: bytes = b"") -> bytes:
    r"""Return a frame.

    >>> to_frame(b"D", b"abc")
    b'D\x00\x00\x00\x03abc'
    """
    return _HEAD.pack(letter, len(content)) + content


def to_json_frame(letter: bytes, content: Any) -> bytes:
    """Return a frame of JSON."""
    return to_frame(letter, json.dumps(content).encode("ascii"))


def _exactly(channel: socket.socket, length: int) -> bytes:
    parts = []
    while length:
        part = channel.recv(min(length, 1 << 20))
        if not part:
            return b""
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def read_frame(channel: socket.socket) -> tuple[bytes, bytes]:
    """Wait for a frame; return its letter and content. ``(b"", b"")`` where the other side is gone."""
    head = _exactly(channel, _HEAD.size)
    if not head:
        return b"", b""
    letter, length = _HEAD.unpack(head)
    content = _exactly(channel, length)
    return (b"", b"") if length and not content else (letter, content)


def parse_frame(content: BinaryIO) -> tuple[bytes, bytes]:
    r"""Return the next frame of a file; ``(b"", b"")`` where no whole one is left.

    >>> import io
    >>> parse_frame(io.BytesIO(to_frame(b"D", b"abc"))), parse_frame(io.BytesIO(to_frame(b"D", b"abc")[:-1]))
    ((b'D', b'abc'), (b'', b''))
    """
    head = content.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return b"", b""
    letter, length = _HEAD.unpack(head)
    held = content.read(length)
    return (letter, held) if len(held) == length else (b"", b"")


async def receive_frame(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Return the next frame as `read_frame` does, without holding up other requests."""
    try:
        letter, length = _HEAD.unpack(await reader.readexactly(_HEAD.size))
        return letter, await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return b"", b""
