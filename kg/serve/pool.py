"""The workers that answer, in two lanes, so that a query that never ends keeps nobody else from an answer.

A query begins in the quick lane. If it is not done after `Limits.quick` seconds, its worker moves to the slow lane, at
the lowest priority, and a fresh one takes its place; where the slow lane is full it is stopped until there is room, or
refused (503). After `Limits.seconds` its worker is killed. So what holds the quick lane up is bounded: by queries that
come, not by queries that stay.
"""

import asyncio
import contextlib
import os
import signal
import socket
import time
from collections.abc import AsyncGenerator
from typing import Any

from kg.errors import StoreError
from kg.serve.answers import Refusal
from kg.serve.frames import receive_frame, to_json_frame
from kg.serve.limits import Limits
from kg.serve.metrics import Metrics
from kg.serve.nurse import Nurse

#: Seconds after which who was refused may try again.
AGAIN = 2


class Busy(Refusal):
    """Refused for now: the server has too much to do."""

    def __init__(self, told: str) -> None:
        super().__init__(503, told)


class Worker:
    """A worker process: its number and the streams to it."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.reader = reader
        self.writer = writer

    def signal(self, number: int) -> None:
        """Stop it or let it go on; a worker that has ended is nobody's concern."""
        # The nursery reaps only between orders, and this worker's end is told by its socket: the number is still its.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def yield_to_others(self) -> None:
        """Give it the lowest priority."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 19)


class Pool:
    """The lanes. Made before the event loop runs; used within one loop."""

    def __init__(self, nurse: Nurse, limits: Limits, metrics: Metrics) -> None:
        self.limits = limits
        self.metrics = metrics
        self._nurse = nurse
        self._idle: list[Worker] = []
        self._quick = asyncio.Semaphore(limits.quick_workers)
        self._slow = asyncio.Semaphore(limits.slow_lane)
        self._waiting = self._stopped = 0
        self._nursing = asyncio.Lock()
        metrics.watch("kg_serve_waiting", "Requests that wait for the quick lane.", lambda: self._waiting)
        metrics.watch("kg_serve_stopped", "Queries that wait, stopped, for the slow lane.", lambda: self._stopped)

    # ---- workers

    async def _fork(self) -> Worker:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        async with self._nursing:
            try:
                pid = await asyncio.to_thread(self._nurse.fork, theirs)
            except StoreError as error:
                ours.close()
                raise Refusal(503, str(error)) from error
            finally:
                theirs.close()
        reader, writer = await asyncio.open_connection(sock=ours)
        self.metrics.count("kg_serve_workers_started_total")
        return Worker(pid, reader, writer)

    async def _end(self, worker: Worker) -> None:
        worker.writer.close()
        # Without the nursery nobody can say whose the number is by now; the worker's own alarm ends it.
        with contextlib.suppress(StoreError):
            async with self._nursing:
                await asyncio.to_thread(self._nurse.kill, worker.pid)

    async def start(self) -> None:
        """Have a worker ready for every place in the quick lane."""
        for _ in range(self.limits.quick_workers):
            self._idle.append(await self._fork())

    async def stop(self) -> None:
        """End the idle workers; the nursery ends the others."""
        while self._idle:
            await self._end(self._idle.pop())

    async def is_well(self) -> bool:
        """Say whether the nursery lives."""
        return self._nurse.is_alive()

    # ---- answers

    async def _enter(self) -> None:
        if not self._quick.locked():
            await self._quick.acquire()
            return
        if self._waiting >= self.limits.waiting:
            self.metrics.count("kg_serve_refused_total")
            raise Busy(f"{self._waiting} requests wait already; ask again in some seconds")
        self._waiting += 1
        try:
            await asyncio.wait_for(self._quick.acquire(), self.limits.patience)
        except TimeoutError:
            self.metrics.count("kg_serve_refused_total")
            raise Busy(f"no worker was free within {self.limits.patience:g} s; ask again in some seconds") from None
        finally:
            self._waiting -= 1

    async def ask(self, question: dict[str, Any]) -> AsyncGenerator[tuple[bytes, bytes], None]:
        """Yield the frames of an answer: ``H``, then ``D``; ``X`` is raised while nothing was yielded.

        Raises:
            Refusal: the question gets no answer, or (`Busy`) not now.
            ConnectionAbortedError: the answer ended before its end, after some of it was given.
        """
        await self._enter()
        course = _Course(self, question)
        try:
            async for frame in course.run():
                yield frame
        finally:
            await asyncio.shield(course.finish())


class _Course:
    """One question on its way through the lanes."""

    def __init__(self, pool: Pool, question: dict[str, Any]) -> None:
        self._pool = pool
        self._question = question
        self._worker: Worker | None = None
        self._lane: asyncio.Semaphore | None = pool._quick
        self._done = self._begun = False
        self._began = time.monotonic()
        #: Seconds in which the reader kept us waiting: they are not the query's.
        self._idle = 0.0

    async def run(self) -> AsyncGenerator[tuple[bytes, bytes], None]:
        """Ask a worker; yield its frames."""
        pool = self._pool
        self._worker = pool._idle.pop() if pool._idle else await pool._fork()
        self._began = time.monotonic()
        self._worker.writer.write(to_json_frame(b"Q", self._question))
        while True:
            letter, content = await self._next()
            if letter in (b"H", b"D"):
                self._begun = True
                since = time.monotonic()
                yield letter, content
                self._idle += time.monotonic() - since
                continue
            if letter == b"E":
                self._done = True
            elif letter == b"X":
                self._done = True
                self._refuse(_refusal(content))
            else:
                pool.metrics.count("kg_serve_ended_total")
                self._refuse(Refusal(500, "the query took too much memory, and was ended; ask for less"))
            return

    def _refuse(self, refusal: Refusal) -> None:
        if self._begun:
            raise ConnectionAbortedError(refusal.told)
        raise refusal

    def _left(self) -> float:
        limits = self._pool.limits
        return self._began + self._idle + limits.seconds - time.monotonic()

    async def _next(self) -> tuple[bytes, bytes]:
        """Return the next frame; move to the slow lane, or end, when it is time."""
        worker, pool = self._worker, self._pool
        assert worker is not None
        frame = asyncio.ensure_future(receive_frame(worker.reader))
        try:
            if self._lane is pool._quick:
                quick = self._began + pool.limits.quick - time.monotonic()
                done, _ = await asyncio.wait([frame], timeout=max(0.0, quick))
                if not done:
                    await self._slow_down(worker)
            done, _ = await asyncio.wait([frame], timeout=max(0.0, self._left()))
            if not done:
                pool.metrics.count("kg_serve_timed_out_total")
                self._refuse(Refusal(503, f"the query took more than {pool.limits.seconds:g} s, and was ended; ask "
                                          "for less, or start 'kg serve' with a longer --seconds"))  # fmt: skip
            return frame.result()
        finally:
            frame.cancel()

    async def _slow_down(self, worker: Worker) -> None:
        """Leave the quick lane to others; wait for room in the slow one."""
        pool = self._pool
        worker.yield_to_others()
        if not pool._slow.locked():
            await pool._slow.acquire()
            pool._quick.release()
            self._lane = pool._slow
            return
        if not self._begun and pool._stopped >= max(1, pool.limits.waiting // 16):
            pool.metrics.count("kg_serve_refused_total")
            raise Busy("too many long queries run; ask again in some seconds, or for less")
        worker.signal(signal.SIGSTOP)
        pool._quick.release()
        self._lane = None
        pool._stopped += 1
        try:
            await asyncio.wait_for(pool._slow.acquire(), max(0.0, self._left()))
        except TimeoutError:
            pool.metrics.count("kg_serve_refused_total")
            self._refuse(Busy("too many long queries run; ask again in some seconds, or for less"))
        finally:
            pool._stopped -= 1
        self._lane = pool._slow
        worker.signal(signal.SIGCONT)

    async def finish(self) -> None:
        """Give the worker and its place back; a worker that is not done, or slowed down, is ended."""
        pool, worker = self._pool, self._worker
        pool.metrics.observe(time.monotonic() - self._began - self._idle)
        if worker is not None:
            if self._done and self._lane is pool._quick:
                pool._idle.append(worker)
            else:
                await pool._end(worker)
        if self._lane is not None:
            self._lane.release()


def _refusal(content: bytes) -> Refusal:
    import json

    found = json.loads(content)
    return Refusal(int(found["status"]), str(found["told"]))
