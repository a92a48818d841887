"""One worker process, as the server sees it."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path


def read_schedule(pid: int) -> tuple[float, float]:
    """Return the seconds that a process has had the processor, and those that it waited for it while others had it.

    Both are 0.0 where the system does not tell (it is Linux that does), or the process has ended.
    """
    try:
        had, waited = Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[:2]
    except (OSError, ValueError):
        return 0.0, 0.0
    return int(had) / 1e9, int(waited) / 1e9


class Worker:
    """A worker process: its number and the streams to it."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.reader = reader
        self.writer = writer
        self._before = self._last = (0.0, 0.0)
        self.priority = 0
        self.is_stopped = False

    def begin(self) -> None:
        """Count from here."""
        self._before = self._last = read_schedule(self.pid)

    def spent(self) -> tuple[float, float]:
        """Return the seconds that it had the processor since it began, and those that it waited for it."""
        # Of one that has ended, what was seen last.
        self._last = max(self._last, read_schedule(self.pid))
        return self._last[0] - self._before[0], self._last[1] - self._before[1]

    def stop(self) -> None:
        """Let it stand still."""
        if not self.is_stopped:
            self.is_stopped = True
            self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        if self.is_stopped:
            self.is_stopped = False
            self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        # The nursery reaps only between orders, and this worker's end is told by its socket: the number is still its.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def yield_to_others(self, priority: int) -> None:
        """Lower its priority: up to 19, and never back."""
        if priority > self.priority:
            self.priority = priority
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.setpriority(os.PRIO_PROCESS, self.pid, priority)
