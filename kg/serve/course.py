"""One question on its way through the lanes."""

import asyncio
import json
import math
import time
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, NoReturn

from kg.serve.answers import Refusal
from kg.serve.costs import UNKNOWN, Known
from kg.serve.frames import receive_frame, to_json_frame
from kg.serve.workers import Worker

if TYPE_CHECKING:
    from kg.serve.pool import Pool

#: What a question takes where it neither has the processor nor waits for it (the disk, mostly): its time, over this.
_WAITING = 4


class Busy(Refusal):
    """Refused for now: the server has too much to do."""

    def __init__(self, told: str) -> None:
        super().__init__(503, told)


class _Watch:
    """A stopwatch."""

    def __init__(self) -> None:
        self._total = 0.0
        self._since: float | None = None

    @property
    def runs(self) -> bool:
        return self._since is not None

    def turn(self, on: bool) -> None:
        if on != self.runs:
            now = time.monotonic()
            self._total += 0.0 if self._since is None else now - self._since
            self._since = now if on else None

    def read(self) -> float:
        return self._total + (0.0 if self._since is None else time.monotonic() - self._since)


class Course:
    """One question: who works on it, what it has taken so far, and what becomes of it.

    Attributes:
        worker: its worker process, once it has one.
        is_done: whether the answer came to its end, and the worker can take another question.
        was_long: whether it had to be ended.
    """

    def __init__(
        self, pool: "Pool", question: dict[str, Any], *, prior: float = 0.0, known: Known = UNKNOWN, patience: int = 1
    ) -> None:
        """Take a question.

        Args:
            pool: where it runs.
            question: for a worker.
            prior: what the same one had taken when it was ended the last time, in seconds.
            known: what is known of its like.
            patience: how many times the limit of time it may take.
        """
        self._pool = pool
        self._question = question
        self._prior = prior
        self._known = known
        self._patience = patience
        #: Others that asked the same and wait for this answer.
        self.followers = 0
        self.worker: Worker | None = None
        self.is_done = self.was_long = False
        self._begun = False
        self._sentence: asyncio.Future[Refusal] = asyncio.get_running_loop().create_future()
        self._began = time.monotonic()
        #: While its reader keeps it waiting: that is not the query's time.
        self._idle = _Watch()
        #: While it stands still for others.
        self._still = _Watch()

    # ---- what it takes

    def taken(self) -> float:
        """Return what this question has taken of the server so far, in seconds: its place is chosen by it.

        It is time of the processor, so that no question becomes a long one because the machine has other things to do;
        a part of the time in which it waits for the disk; and time for which a slow reader keeps a worker.
        """
        if self.worker is None:
            return self._prior
        idle = self._idle.read()
        had, waited = self.worker.spent()
        other = time.monotonic() - self._began - idle - self._still.read() - had - waited
        return self._prior + had + max(0.0, other) / _WAITING + idle

    @property
    def is_trusted(self) -> bool:
        """Say whether it is known to end: whether it has not taken more yet than what is known of its like."""
        return self.taken() < self._known.trusted

    def rank(self) -> tuple[bool, float]:
        """Return what chooses between long questions, the least first: those known to end, then who needs least.

        What one needs is what others of its shape took, less what it has taken itself. Where that is not known, or was
        less, it is as likely to need as much again as it has taken. All who wait for it share what it needs.
        """
        taken = self.taken()
        more = self._known.needs - taken
        needs = more if 0.0 < more < math.inf else taken
        return taken >= self._known.trusted, needs / (1 + self.followers)

    def seconds(self) -> float:
        """Return the seconds that the question is old, without those in which its reader kept it waiting."""
        return time.monotonic() - self._began - self._idle.read()

    @property
    def is_held_up(self) -> bool:
        """Say whether its reader keeps it waiting."""
        return self._idle.runs

    def kept_waiting(self) -> float:
        """Return the seconds that its reader has kept it waiting so far."""
        return self._idle.read()

    def let_run(self, runs: bool) -> None:
        """Let its worker run or stand still."""
        if self.worker is not None:
            self._still.turn(not runs)
            self.worker.resume() if runs else self.worker.stop()

    def end(self, refusal: Refusal) -> None:
        """End it: its asker is told so, or cut off where the answer has begun."""
        if not self._sentence.done():
            self.was_long = True
            self._sentence.set_result(refusal)

    # ---- its answer

    async def run(self, worker: Worker) -> AsyncGenerator[tuple[bytes, bytes], None]:
        """Ask a worker; yield its frames."""
        self.worker = worker
        self._began = time.monotonic()
        worker.begin()
        worker.writer.write(to_json_frame(b"Q", self._question))
        while True:
            letter, content = await self._next(worker)
            if letter in (b"H", b"D"):
                self._begun = True
                self._idle.turn(True)
                yield letter, content
                self._idle.turn(False)
                continue
            if letter == b"E":
                self.is_done = True
            elif letter == b"X":
                self.is_done = True
                self._refuse(_refusal(content))
            else:
                self._pool.metrics.count("kg_serve_ended_total")
                self._refuse(Refusal(500, "the query took too much memory, and was ended; ask for less"))
            return

    def check(self) -> None:
        """See that it was not ended.

        Raises:
            Refusal: it was.
        """
        if self._sentence.done():
            self._refuse(self._sentence.result())

    def _refuse(self, refusal: Refusal) -> NoReturn:
        if self._begun:
            raise ConnectionAbortedError(refusal.told)
        raise refusal

    async def _next(self, worker: Worker) -> tuple[bytes, bytes]:
        """Return the next frame, unless the question is ended before."""
        limits = self._pool.limits
        frame = asyncio.ensure_future(receive_frame(worker.reader))
        ends: set[asyncio.Future[Any]] = {frame, self._sentence}
        try:
            left = max(0.0, limits.seconds * self._patience - self.seconds())
            await asyncio.wait(ends, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            self.check()
            if not frame.done():
                self._pool.metrics.count("kg_serve_timed_out_total")
                most = limits.seconds * self._patience
                self.end(Refusal(503, f"the query took more than {most:g} s, and was ended; ask for less, or "
                                      "start 'kg serve' with a longer --seconds"))  # fmt: skip
                self.check()
            return frame.result()
        finally:
            frame.cancel()


def _refusal(content: bytes) -> Refusal:
    found = json.loads(content)
    return Refusal(int(found["status"]), str(found["told"]))
