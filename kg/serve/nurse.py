"""The server's side of the nursery: starts it, has it fork and kill workers."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from kg import errors
from kg.errors import StoreError


class Nurse:
    """A running nursery. Its calls wait for an answer: one at a time."""

    def __init__(self, told: dict[str, Any]) -> None:
        """Start the nursery and load the graph.

        Args:
            told: what `kg.serve.nursery` says that it is told.

        Raises:
            QueryError: there is no graph, or it does not parse.
            StoreError: it cannot be opened.
        """
        self._control, theirs = socket.socketpair()
        package = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "kg.serve.nursery", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        self._lines = self._control.makefile("rb")
        try:
            found = self._order(told)
        except BaseException:
            self.close()
            raise
        if "error" in found:
            self.close()
            raise getattr(errors, found["kind"], StoreError)(found["error"])
        #: Where the index of a large graph lies; a small one is in memory.
        self.index = Path(found["index"]) if found["index"] else None

    def _order(self, order: dict[str, Any], *passed: int) -> dict[str, Any]:
        try:
            socket.send_fds(self._control, [json.dumps(order).encode("ascii") + b"\n"], list(passed))
            line = self._lines.readline()
        except OSError as error:
            raise StoreError(f"the process that holds the graph is gone: {error}; start 'kg serve' again") from error
        if not line:
            raise StoreError("the process that holds the graph has ended (out of memory?); start 'kg serve' again")
        found: dict[str, Any] = json.loads(line)
        return found

    def fork(self, channel: socket.socket) -> int:
        """Have a worker forked that answers on the socket; return its process's number."""
        return int(self._order({"fork": True}, channel.fileno())["pid"])

    def kill(self, pid: int) -> None:
        """Have a worker ended; it is gone when this returns."""
        self._order({"kill": pid})

    def is_alive(self) -> bool:
        """Say whether the nursery runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the nursery and its workers."""
        with contextlib.suppress(OSError):
            self._lines.close()
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
