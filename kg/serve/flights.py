"""Who asks what is being answered already waits for that answer: one worker for all who ask the same."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kg.serve.kept import Frame, Gathering

if TYPE_CHECKING:
    from kg.serve.course import Course

#: Seconds between two looks at whether the first asker reads its answer.
_LOOK = 0.1
#: Seconds for which a first asker may not read its answer; then the others do not wait for it.
_PATIENCE = 1.0


class Flight:
    """A question on its way, and who waits for it.

    Attributes:
        course: what runs, once it does.
    """

    def __init__(self) -> None:
        self.course: Course | None = None
        self.landed: asyncio.Future[tuple[Frame, ...]] = asyncio.get_running_loop().create_future()

    def land(self, gathered: Gathering) -> None:
        """Give the whole answer to who waits, unless it is too large to be held."""
        if not self.landed.done():
            self.landed.set_result(() if gathered.is_over else tuple(gathered.frames))


class Flights:
    """Questions on their way, by the digest of what they ask."""

    def __init__(self) -> None:
        self._flights: dict[bytes, Flight] = {}

    @contextmanager
    def fly(self, key: bytes) -> Iterator[Flight]:
        """Let others follow a question until it ends, however it does."""
        flight = Flight()
        # Who could not follow flies beside the first; the first is followed.
        first = self._flights.setdefault(key, flight) is flight
        try:
            yield flight
        finally:
            if first:
                del self._flights[key]
            if not flight.landed.done():
                flight.landed.set_result(())

    async def follow(self, key: bytes, most: float) -> tuple[Frame, ...]:
        """Wait for the answer to the same question; none where it is not asked, or not answered to be given again.

        Where the first asker goes away, the first of those who waited asks, and the others wait for that one.

        Args:
            key: of the question.
            most: seconds to wait.
        """
        until = time.monotonic() + most
        while (flight := self._flights.get(key)) is not None and time.monotonic() < until:
            course = flight.course
            if course is not None:
                if course.kept_waiting() > _PATIENCE:
                    break
                course.followers += 1
            try:
                await asyncio.wait({flight.landed}, timeout=_LOOK)
            finally:
                if course is not None:
                    course.followers -= 1
            if flight.landed.done() and flight.landed.result():
                return flight.landed.result()
        return ()
