"""What the server counts, as Prometheus reads it (text format 0.0.4)."""

from collections import Counter
from collections.abc import Callable

#: Counters without labels -> what they count.
_COUNTERS = {
    "kg_serve_refused_total": "Requests refused for now, since too many came or stayed.",
    "kg_serve_timed_out_total": "Queries ended at the limit of time.",
    "kg_serve_ended_total": "Workers that ended by themselves, as at the limit of memory.",
    "kg_serve_kept_total": "Answers given anew that were kept.",
    "kg_serve_workers_started_total": "Workers started.",
}
#: Upper bounds of the classes of seconds.
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts of one server."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._answers: Counter[int] = Counter()
        self._seconds: Counter[float] = Counter()
        self._sum = 0.0
        self._observed = 0
        self._watched: dict[str, tuple[str, Callable[[], int]]] = {}

    def count(self, name: str) -> None:
        """Count one more."""
        self._counts[name] += 1

    def count_answer(self, status: int) -> None:
        """Count an HTTP answer by its status."""
        self._answers[status] += 1

    def observe(self, seconds: float) -> None:
        """Count a question that took so long."""
        self._sum += seconds
        self._observed += 1
        for bound in _BOUNDS:
            if seconds <= bound:
                self._seconds[bound] += 1

    def watch(self, name: str, told: str, read: Callable[[], int]) -> None:
        """Show a number as it is when asked for."""
        self._watched[name] = (told, read)

    def to_text(self) -> str:
        """Return all counts."""
        lines = ["# HELP kg_serve_answers_total HTTP answers by status.", "# TYPE kg_serve_answers_total counter"]
        lines += [f'kg_serve_answers_total{{status="{status}"}} {n}' for status, n in sorted(self._answers.items())]
        for name, told in _COUNTERS.items():
            lines += [f"# HELP {name} {told}", f"# TYPE {name} counter", f"{name} {self._counts[name]}"]
        for name, (told, read) in self._watched.items():
            lines += [f"# HELP {name} {told}", f"# TYPE {name} gauge", f"{name} {read()}"]
        name = "kg_serve_seconds"
        lines += [f"# HELP {name} Seconds that a question took a worker.", f"# TYPE {name} histogram"]
        lines += [f'{name}_bucket{{le="{bound:g}"}} {self._seconds[bound]}' for bound in _BOUNDS]
        lines += [f'{name}_bucket{{le="+Inf"}} {self._observed}', f"{name}_sum {self._sum:.6f}"]
        return "\n".join([*lines, f"{name}_count {self._observed}", ""])
