"""How a command ends, whatever the command-line library makes of it: typer swallows Ctrl-C and a closed pipe."""

import sys
from typing import Any

from typer.core import TyperGroup


class Stopped(Exception):  # noqa: N818 - not an error
    """The person pressed Ctrl-C."""


class ReaderGone(Exception):  # noqa: N818 - not an error
    """Nobody reads our standard output any more (``kg ... | head``)."""


class Commands(TyperGroup):
    """The commands of `kg`; what typer would turn into exit codes of its own leaves under names of ours."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command, its output written out to the end.

        Raises:
            Stopped: by Ctrl-C.
            ReaderGone: standard output was closed by its reader.
        """
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt as error:
            raise Stopped from error
        except BrokenPipeError as error:
            raise ReaderGone from error
        return result
