"""The workers that answer, in two lanes, so that a query that never ends keeps nobody else from an answer.

A query begins in the quick lane. When it has taken `Limits.quick` seconds of the processor it leaves it, and later gets
a lower priority; another worker takes its place. Of those that have left, the ones that have taken least so
far run, as many as there are cores that the quick lane leaves idle, and one at least; the others stand still. Where
more have left than `Limits.long_lane`, the one that has taken most is ended. So whoever asks for little is served
before whoever asks for much, though nobody knows beforehand which is which (foreground-background or least attained
service: L. Kleinrock, Queueing Systems, volume 2, 1976, chapter 4). A query that had to be ended is known by its text:
the next time it begins behind all others. One whose like has come to its end is known to end (`kg.serve.costs`): it
goes before all of which nothing is known, for where somebody asks every second what never ends, whoever has taken
least would always be a new one of those. Who asks what is being answered waits for that answer (`kg.serve.flights`),
and the shipped queries are asked once by the server itself, in the background, so that their answers are kept.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Coroutine, Sequence
from typing import Any

from kg.errors import StoreError
from kg.serve.answers import Refusal
from kg.serve.costs import Costs, to_key, to_shape
from kg.serve.course import Busy, Course
from kg.serve.flights import Flights
from kg.serve.frames import receive_frame
from kg.serve.kept import Kept
from kg.serve.lasting import Lasting
from kg.serve.limits import Limits
from kg.serve.metrics import Metrics
from kg.serve.nurse import Nurse
from kg.serve.rehearsal import recall, rehearse
from kg.serve.workers import Worker

#: Seconds after which who was refused may try again.
AGAIN = 2
#: Seconds between two looks at what each query has taken.
_LOOK = 0.05
#: Priorities of workers by what they have taken, in times of `Limits.quick`. A priority is never raised again, so that
#: such a worker ends with its query; below, it is used again. Those that stand still cost nothing at any priority, and
#: a low one (it was 19) lets whatever else the machine does go before: a query of 1.4 s took 20 s beside two trainings.
_PRIORITIES = ((20.0, 5), (0.0, 0))
#: Of a question that is known to end, there may be so many times `Limits.long_lane`.
_CROWD = 2
#: Times the limit of time that one may take that is known to end: it is others that keep it waiting.
_PATIENT = 2
#: Workers beyond those of the quick lane that are kept when their long query has ended: a new one of a large graph has
#: everything to read anew.
_SPARE = 2
#: An answer that took so much of `Limits.quick` is kept: below, giving it anew costs about what finding it does.
_WORTH = 0.5


class Pool:
    """The lanes. Made before the event loop runs; used within one loop."""

    def __init__(self, nurse: Nurse, limits: Limits, metrics: Metrics, shipped: Sequence[dict[str, Any]] = ()) -> None:
        """Make the lanes.

        Args:
            nurse: forks workers.
            limits: what a question may cost.
            metrics: what is counted.
            shipped: questions that are known to end; each is asked once in the background.
        """
        self.limits = limits
        self.metrics = metrics
        self._nurse = nurse
        self._idle: list[Worker] = []
        self._places = asyncio.Semaphore(limits.quick_workers)
        self._quick: set[Course] = set()
        self._long: set[Course] = set()
        self._kept = Kept(limits.kept)
        self._shipped = shipped if limits.kept else ()
        self._costs = Costs(shipped, limits.seconds)
        self._flights = Flights()
        self._waiting = 0
        self._nursing = asyncio.Lock()
        self._something = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._rehearsing: asyncio.Task[None] | None = None
        metrics.watch("kg_serve_waiting", "Requests that wait for the quick lane.", lambda: self._waiting)
        metrics.watch("kg_serve_long", "Queries that have left the quick lane.", lambda: len(self._long))

    # ---- workers

    async def _fork(self) -> Worker:
        """Return a new worker. Where nobody waits for it any more, it is ended when it is there."""
        forking = asyncio.create_task(self._forked())
        try:
            return await asyncio.shield(forking)
        except asyncio.CancelledError:
            self._do(self._end_unwanted(forking))
            raise

    async def _end_unwanted(self, forking: "asyncio.Task[Worker]") -> None:
        with contextlib.suppress(Refusal):
            await self._end(await forking)

    async def _forked(self) -> Worker:
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
        worker = Worker(pid, reader, writer)
        # It says so when it has opened the graph; one that has ended by then is found out by its first question.
        await receive_frame(reader)
        self.metrics.count("kg_serve_workers_started_total")
        return worker

    async def _end(self, worker: Worker) -> None:
        worker.writer.close()
        # Without the nursery nobody can say whose the number is by now; the worker's own alarm ends it.
        with contextlib.suppress(StoreError):
            async with self._nursing:
                await asyncio.to_thread(self._nurse.kill, worker.pid)

    async def _refill(self) -> None:
        """Have a worker ready for every place in the quick lane that nobody has."""
        while len(self._idle) < self.limits.quick_workers - len(self._quick):
            try:
                self._idle.append(await self._fork())
            except Refusal:
                # Who asks next is told.
                return

    async def _take(self) -> Worker:
        """Return a worker for the quick lane."""
        while self._idle:
            worker = self._idle.pop()
            if not worker.reader.at_eof():
                return worker
            # It was killed while it had nothing to do.
            await self._end(worker)
        return await self._fork()

    def _do(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Have something done whether or not anybody waits for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def start(self) -> None:
        """Have a worker ready for every place in the quick lane."""
        for _ in range(self.limits.quick_workers):
            self._idle.append(await self._fork())
        self._watching = self._do(self._watch())
        lasting = Lasting(self._nurse.index)
        missing = await recall(self._shipped, self._kept, lasting)
        self._rehearsing = self._do(rehearse(missing, self.ask, self._kept, lasting))

    async def stop(self) -> None:
        """End the idle workers; the nursery ends the others."""
        for task in (self._watching, self._rehearsing):
            if task is not None:
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while self._idle:
            await self._end(self._idle.pop())

    async def is_well(self) -> bool:
        """Say whether the nursery lives."""
        return self._nurse.is_alive()

    # ---- lanes

    async def _enter(self) -> None:
        """Wait for a place in the quick lane."""
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._waiting >= self.limits.waiting:
            self.metrics.count("kg_serve_refused_total")
            raise Busy(f"{self._waiting} requests wait already; ask again in some seconds")
        self._waiting += 1
        try:
            await asyncio.wait_for(self._places.acquire(), self.limits.patience)
        except TimeoutError:
            self.metrics.count("kg_serve_refused_total")
            raise Busy(f"no worker was free within {self.limits.patience:g} s; ask again in some seconds") from None
        finally:
            self._waiting -= 1

    async def _watch(self) -> None:
        """Look at what each query has taken, and choose which run."""
        while True:
            await self._something.wait()
            await asyncio.sleep(_LOOK)
            for course in [one for one in self._quick if one.taken() >= self.limits.quick]:
                self._leave(course)
                self._join(course)
                self._do(self._refill())
            self._choose()
            if not self._quick and not self._long:
                self._something.clear()

    def _leave(self, course: Course) -> None:
        """Give a place in the quick lane back."""
        self._quick.discard(course)
        self._places.release()

    def _join(self, course: Course) -> None:
        """Take a query in among the long ones; end the longest where there is no room."""
        self._long.add(course)
        unknown = [one for one in self._long if not one.is_trusted]
        if len(unknown) > self.limits.long_lane or len(self._long) > _CROWD * self.limits.long_lane:
            longest = max(unknown or self._long, key=Course.rank)
            self._long.discard(longest)
            self.metrics.count("kg_serve_refused_total")
            longest.let_run(True)
            longest.end(Busy("too many long queries run, and this one took the longest; ask again in some seconds, or "
                             "for less"))  # fmt: skip

    def _choose(self) -> None:
        """Let those of the long queries run that have taken least."""
        room = max(1, self.limits.quick_workers - len(self._quick))
        for course in sorted(self._long, key=Course.rank):
            if course.worker is not None and not course.is_trusted:
                times = course.taken() / self.limits.quick
                course.worker.yield_to_others(next(priority for least, priority in _PRIORITIES if times >= least))
            # One that waits for its reader does nothing; it must be there when the reader is.
            course.let_run(course.is_held_up or room > 0)
            room -= not course.is_held_up

    # ---- answers

    async def ask(self, question: dict[str, Any]) -> AsyncGenerator[tuple[bytes, bytes], None]:
        """Yield the frames of an answer: ``H``, then ``D``; ``X`` is raised while nothing was yielded.

        Raises:
            Refusal: the question gets no answer, or (`Busy`) not now.
            ConnectionAbortedError: the answer ended before its end, after some of it was given.
        """
        key, shape = to_key(question), to_shape(question)
        found, known = self._kept.find(key), self._costs.known(shape)
        # Only what is known to end is waited for.
        if not found and known.trusted:
            found = await self._flights.follow(key, self.limits.seconds * _PATIENT)
        if found:
            self.metrics.count("kg_serve_kept_total")
            for frame in found:
                yield frame
            return
        with self._flights.fly(key) as flight:
            prior = 0.0 if known.trusted else self._costs.ended(key)
            if not prior:
                await self._enter()
            course = Course(self, question, prior=prior, known=known, patience=_PATIENT if known.trusted else 1)
            flight.course = course
            self._something.set()
            try:
                if prior:
                    self._join(course)
                    course.check()
                    worker = await self._fork()
                else:
                    self._quick.add(course)
                    worker = await self._take()
                gathered = self._kept.begin()
                async for frame in course.run(worker):
                    gathered.add(frame)
                    yield frame
                flight.land(gathered)
                self._costs.learn(shape, course.taken())
                if course.taken() >= _WORTH * self.limits.quick:
                    self._kept.keep(key, gathered)
            finally:
                if course.was_long and not course.is_trusted:
                    self._costs.forget(shape)
                await asyncio.shield(self._do(self._finish(course, key)))

    async def _finish(self, course: Course, key: bytes) -> None:
        """Give the worker and its place back; a worker that is not done, or has a low priority, is ended."""
        self.metrics.observe(course.seconds())
        if course.was_long:
            self._costs.end(key, course.taken())
        elif course.is_done:
            self._costs.forgive(key)
        quick = course in self._quick
        if course.worker is not None:
            course.let_run(True)
            room = len(self._idle) < self.limits.quick_workers + _SPARE
            if course.is_done and not course.worker.priority and room:
                self._idle.append(course.worker)
            else:
                await self._end(course.worker)
        self._long.discard(course)
        if quick:
            self._leave(course)
