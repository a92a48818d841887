"""One worker process, as the server sees it."""

import asyncio
import contextlib
import os
import signal
import time


def processor_seconds(pid: int) -> float:
    """Return what a process has had of the processor so far; 0.0 where this system does not tell, or it has ended.

    Linux tells it by a clock whose number is made of the process's (``CPUCLOCK_SCHED``, see clock_getcpuclockid(3)).
    """
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


class Worker:
    """A worker process: its number and the streams to it."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.reader = reader
        self.writer = writer
        self._before = self._most = 0.0
        self.priority = 0
        self.is_stopped = False

    def begin(self) -> None:
        """Count from here."""
        self._before, self._most = processor_seconds(self.pid), 0.0

    def spent(self) -> float:
        """Return the seconds of the processor since it began."""
        self._most = max(self._most, processor_seconds(self.pid) - self._before)
        return self._most

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
