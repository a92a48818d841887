"""What the person at the terminal sees of a run: lines on standard error, and a bar for what takes long."""

import sys
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

#: A stage shows its progress once it has run so long, in seconds.
_PATIENCE = 1.0


class Voice:
    """How much is said: 0 errors only, 1 what was done, 2 more."""

    level = 1


def say(line: str, *, least: int = 1) -> None:
    """Write a line for the person at the terminal, unless they asked for less."""
    if Voice.level >= least:
        sys.stderr.write(line + "\n")


def watch(stage: str, items: Iterable[T], total: int | None) -> Iterator[T]:
    """Yield ``items``, showing a bar with items per second and time left once a stage takes over a second."""
    if Voice.level == 0 or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    started, done = monotonic(), 0
    bar = Progress(
        TextColumn("{task.description:<8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn() if total else TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(stage, total=total, rate="")
    try:
        for item in items:
            yield item
            done += 1
            passed = monotonic() - started
            if passed > _PATIENCE:
                if not bar.live.is_started:
                    bar.start()
                bar.update(task, completed=done, rate=f"{done / passed:,.0f}/s")
    finally:
        bar.stop()
