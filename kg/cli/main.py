"""Running a command: what is caught, and the exit codes."""

import os
import sys

from kg.errors import KGError


def _run() -> int:
    """Run the command; return the exit code."""
    from kg.cli.commands import app
    from kg.cli.ending import ReaderGone, Stopped

    try:
        app()
    except KGError as error:
        sys.stderr.write(f"kg: {error}\n")
        return 1
    except (Stopped, KeyboardInterrupt):
        sys.stderr.write("kg: stopped; what was extracted is kept, and the same command goes on from there\n")
        return 130
    except ReaderGone:
        _forget_output()
    except OSError as error:
        sys.stderr.write(f"kg: {error.filename or 'standard output'}: {error.strerror or error}; free some space, or "
                         "give a place that can be written\n")  # fmt: skip
        _forget_output()
        return 1
    return 0


def _forget_output() -> None:
    """Point standard output at the null device, so that closing it at exit does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command line; the entry point of `kg`."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(_run())
