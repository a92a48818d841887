"""The nursery: a process of one thread that holds the graph and forks workers, so that a new one costs milliseconds.

A worker that is killed for its query is replaced at once, and a graph in memory is there once for all workers. Run as
``python -m kg.serve.nursery FD``; on the socket FD it is told what to do, a JSON line a message::

    -> {"path": ..., "base": ..., "depth": [...], "memory_triples": ..., "folder": ..., "memory": ..., "results": ...,
        "seconds": ...}
    <- {"ready": true, "index": path or ""}  or {"error": ..., "kind": "QueryError"}
    -> {"fork": true}, with the worker's socket as a passed file descriptor
    <- {"pid": ...}
    -> {"kill": pid}
    <- {"killed": pid}                       and it is gone then, whether by this or before

It ends, with its workers, when the socket is closed.
"""

import gc
import io
import json
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.config import ExportConfig, QueryConfig
from kg.errors import KGError
from kg.serve.answers import ANSWERS, Refusal
from kg.serve.frames import read_frame, to_frame, to_json_frame

if TYPE_CHECKING:
    import pyoxigraph

#: Bytes of an answer that travel together.
_PIECE = 1 << 16
#: A worker is ended by the kernel after so many times its query's limit, even if the server is gone or stuck. A reader
#: may keep a query waiting that long.
_LAST = 15


class _Body(io.RawIOBase):
    """Where an answer's body is written: in pieces, as frames, the head before the first, up to the limit."""

    def __init__(self, channel: socket.socket, head: dict[str, Any], most: int) -> None:
        self._channel, self._head, self._most = channel, head, most
        self._held = bytearray()
        self._length = 0
        self.over = False
        self.begun = False

    def writable(self) -> bool:
        """Say that it can be written."""
        return True

    def write(self, piece: Any) -> int:
        """Take a piece; send what has gathered."""
        self._length += len(piece)
        if self._length > self._most:
            self.over = True
            raise OSError("over the limit of results")
        self._held += piece
        if len(self._held) >= _PIECE:
            self.send()
        return len(piece)

    def send(self) -> None:
        """Send what has gathered."""
        if not self.begun:
            self.begun = True
            self._channel.sendall(to_json_frame(b"H", self._head))
        if self._held:
            self._channel.sendall(to_frame(b"D", bytes(self._held)))
            self._held.clear()


def answer(triples: "pyoxigraph.Store", channel: socket.socket, question: dict[str, Any], *, most: int) -> None:
    """Answer one question into the socket."""
    try:
        found = ANSWERS[question["ask"]](triples, question, question["base"])
    except Refusal as refusal:
        channel.sendall(to_json_frame(b"X", {"status": refusal.status, "told": refusal.told}))
        return
    body = _Body(channel, {"status": found.status, "headers": found.headers}, most)
    try:
        found.write(body)
        body.send()
    except (OSError, ValueError, RuntimeError, SyntaxError) as error:
        if isinstance(error, (BrokenPipeError, ConnectionResetError)):
            raise
        told = f"the results are over {most:,} bytes; ask for less, with LIMIT" if body.over else f"query: {error}"
        channel.sendall(to_json_frame(b"X", {"status": 413 if body.over else 400, "told": told}))
        return
    channel.sendall(to_frame(b"E"))


def _work(channel: socket.socket, triples: "pyoxigraph.Store", told: dict[str, Any]) -> None:
    """Answer questions until the server is gone."""
    _limit_memory(int(told["memory"]))
    channel.setblocking(True)
    channel.sendall(to_frame(b"R"))
    while True:
        letter, content = read_frame(channel)
        if letter != b"Q":
            return
        # Without a handler the alarm ends the process, whatever it is doing.
        signal.setitimer(signal.ITIMER_REAL, told["seconds"] * _LAST)
        answer(triples, channel, json.loads(content), most=int(told["results"]))
        signal.setitimer(signal.ITIMER_REAL, 0)


def _limit_memory(more: int) -> None:
    """Let this process take so many bytes more than it has: a query that wants more ends it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return
    now = next(int(line.split()[1]) << 10 for line in status.read_text().splitlines() if line.startswith("VmData"))
    resource.setrlimit(resource.RLIMIT_DATA, (now + more, now + more))


def _load(told: dict[str, Any]) -> "pyoxigraph.Store | Path":
    """Return the graph in memory, or where its index lies: an open index must not be forked."""
    from kg.query.run import find_triples

    export = ExportConfig(base=told["base"], depth=tuple(told["depth"]))
    asking = QueryConfig(memory_triples=told["memory_triples"], folder=told["folder"])
    return find_triples(Path(told["path"]), config=export, asking=asking)


def _say(control: socket.socket, **said: Any) -> None:
    control.sendall(json.dumps(said).encode("utf-8") + b"\n")


class _Orders:
    """The lines on the control socket, each with the file descriptors that came with it."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._text = b""
        self._passed: list[int] = []

    def next(self) -> tuple[dict[str, Any], int]:
        """Wait for an order; return it and the descriptor that came with it (-1: none). ``{}``: the server is gone."""
        while b"\n" not in self._text:
            text, passed, _, _ = socket.recv_fds(self._control, 65536, 4)
            if not text:
                return {}, -1
            self._text += text
            self._passed += passed
        line, _, self._text = self._text.partition(b"\n")
        order = json.loads(line)
        return order, self._passed.pop(0) if order.get("fork") else -1


def main() -> int:
    """Load the graph, then fork and kill workers as told; return the exit code."""
    # Ctrl-C reaches every process of the terminal; the server alone decides what ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    orders = _Orders(control)
    told, _ = orders.next()
    if not told:
        return 0
    try:
        graph = _load(told)
    except KGError as error:
        _say(control, error=str(error), kind=type(error).__name__)
        return 1
    # What is there now is never collected, so that forked pages stay shared.
    gc.collect()
    gc.freeze()
    _say(control, ready=True, index=str(graph) if isinstance(graph, Path) else "")
    workers: set[int] = set()
    while True:
        order, passed = orders.next()
        _reap(workers)
        if not order:
            break
        if order.get("fork"):
            pid = os.fork()
            if not pid:
                control.close()
                _be_worker(passed, graph, told)
            os.close(passed)
            workers.add(pid)
            _say(control, pid=pid)
        else:
            # Only what was not reaped yet is sure to be ours.
            if order["kill"] in workers:
                os.kill(order["kill"], signal.SIGKILL)
                os.waitpid(order["kill"], 0)
                workers.discard(order["kill"])
            _say(control, killed=order["kill"])
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    # What stays frozen looks like leaks to the libraries that look for some when the process ends (DuckDB's binding).
    gc.unfreeze()
    return 0


def _be_worker(passed: int, graph: "pyoxigraph.Store | Path", told: dict[str, Any]) -> None:
    """Work in a forked process, and never come back."""
    import pyoxigraph

    code = 1
    _keep_faults_apart()
    try:
        triples = pyoxigraph.Store.read_only(str(graph)) if isinstance(graph, Path) else graph
        _work(socket.socket(fileno=passed), triples, told)
        code = 0
    except ConnectionError:
        code = 0
    except MemoryError:
        # The limit; the server tells who asked.
        code = 1
    finally:
        if sys.exc_info()[0] is not None:
            sys.excepthook(*sys.exc_info())
            sys.stderr.flush()
        # Not sys.exit: what the nursery has open is not this process's to close.
        os._exit(code)


def _keep_faults_apart() -> None:
    """Let this process's native code say nothing: at the limit of memory it would, to the terminal of whoever serves.

    What Python says of a fault of ours is still heard.
    """
    heard = os.dup(2)
    sys.stderr = os.fdopen(heard, "w", errors="backslashreplace")
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)


def _reap(workers: set[int]) -> None:
    for pid in tuple(workers):
        if os.waitpid(pid, os.WNOHANG)[0]:
            workers.discard(pid)


if __name__ == "__main__":
    sys.exit(main())
