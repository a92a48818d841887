"""Running a command: what is caught, and the exit codes."""

import sys
from collections.abc import Callable
from typing import Any

from kg.errors import KGError


def _run(command: Callable[[], Any]) -> int:
    """Run the command; return the exit code."""
    try:
        command()
    except KGError as error:
        sys.stderr.write(f"kg: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("kg: stopped; what was extracted is kept, and the same command goes on from there\n")
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`kg ... | head`): nothing is wrong. Standard output is pointed at the
        # null device so that closing it at exit does not fail again.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def main() -> None:
    """Run the command line; the entry point of `kg`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    from kg.cli.commands import app

    sys.exit(_run(app))
