"""What a query may cost, and how many may run."""

import dataclasses
import os

from kg.errors import ConfigError

#: More than any limit needs to be: a terabyte, or as many seconds.
_MOST = 10**12


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of a server. A query begins in a quick lane; one that takes longer goes on among the long ones.

    Attributes:
        seconds: what a query may take, without the time in which its reader keeps it waiting; twice that where it is
            known to end (`kg.serve.costs`), for then it is others that keep it waiting.
        quick: seconds of the processor after which a query leaves the quick lane. Most shipped queries and all pages
            take some hundredths of a second on a graph of hundreds of papers.
        quick_lane: queries that run at once in the quick lane; 0: one a core, two at least.
        long_lane: queries that have left the quick lane and are kept, running or not; each may hold ``memory``. With
            those that are known to end there may be twice as many.
        waiting: requests that may wait for the quick lane.
        patience: seconds that a request waits for the quick lane before it is refused (503).
        results: bytes of results.
        memory: bytes that a worker may take beyond the graph.
        query: bytes of a query.
        kept: bytes of answers that are kept for who asks the same again; 0: none.
    """

    seconds: float = 20.0
    quick: float = 0.1
    quick_lane: int = 0
    long_lane: int = 8
    waiting: int = 64
    patience: float = 10.0
    results: int = 256 << 20
    memory: int = 1 << 30
    query: int = 1 << 20
    kept: int = 256 << 20

    def __post_init__(self) -> None:
        """Refuse limits that would let nothing through.

        Raises:
            ConfigError: a limit is not above zero.
        """
        may_be_none = ("quick_lane", "kept")
        faults = [name for name in self.__slots__ if name not in may_be_none and not 0 < getattr(self, name) <= _MOST]
        faults += [name for name in may_be_none if not 0 <= getattr(self, name) <= _MOST]
        if faults:
            raise ConfigError(f"{', '.join(faults)}: a limit is a number above zero, and finite")

    @property
    def quick_workers(self) -> int:
        """Return how many queries run at once in the quick lane."""
        return self.quick_lane or max(2, os.cpu_count() or 2)
