"""What has been loaded already: a line a chunk, in a file that a later run reads to go on from there."""

import dataclasses
import json
from pathlib import Path
from typing import Any

from kg.errors import LoadError
from kg.load.target import Target
from kg.text import digest

#: The folder of ledgers beside a graph.
FOLDER = ".kg-load"


def ledger_path(folder: Path, target: Target) -> Path:
    """Return where the ledger of what went from a graph's folder to a target lies."""
    return folder / FOLDER / f"{digest(target.url, target.graph)}.jsonl"


@dataclasses.dataclass(slots=True, kw_only=True)
class Ledger:
    """The chunks that the server has, in order, by their digests; `done` once it has all."""

    path: Path
    target: Target
    size: int
    digests: list[str] = dataclasses.field(default_factory=list)
    done: bool = False

    def begin(self) -> None:
        """Start anew: nothing is loaded.

        Raises:
            LoadError: it cannot be written.
        """
        self.digests, self.done = [], False
        self.rewrite()

    def rewrite(self) -> None:
        """Write all that is noted anew: behind a line that was cut short nothing could be noted.

        Raises:
            LoadError: it cannot be written.
        """
        head = {"to": self.target.url, "graph": self.target.graph, "size": self.size}
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lines = [head, *({"chunk": number, "digest": known} for number, known in enumerate(self.digests))]
            part = self.path.with_name(f".{self.path.name}.partial")
            part.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
            part.replace(self.path)
        except OSError as error:
            raise self._unwritten(error) from error

    def add(self, chunk: str) -> None:
        """Note a chunk that the server has taken.

        Raises:
            LoadError: it cannot be written.
        """
        self.digests.append(chunk)
        self._append({"chunk": len(self.digests) - 1, "digest": chunk})

    def finish(self) -> None:
        """Note that the server has all.

        Raises:
            LoadError: it cannot be written.
        """
        if not self.done:
            self.done = True
            self._append({"done": True})

    def _append(self, line: dict[str, Any]) -> None:
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as error:
            raise self._unwritten(error) from error

    def _unwritten(self, error: OSError) -> LoadError:
        return LoadError(
            f"{self.path}: {error.strerror or error}; what is loaded is noted here: free some space, or name another "
            "place with --state"
        )


def read_ledger(path: Path, target: Target, *, size: int) -> Ledger | None:
    """Return what a file tells of earlier loading; ``None`` where there is none.

    A last line that was cut short counts for nothing: its chunk is sent again.

    Raises:
        LoadError: the file is none of ours, or is about another target or another size of chunks.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise LoadError(
            f"{path}: cannot be read: {error}; remove it to load anew, or name another with --state"
        ) from error
    ledger = Ledger(path=path, target=target, size=size)
    # Behind the last line end stands nothing, or a line that was cut short.
    for number, line in enumerate(lines[:-1], 1):
        try:
            told = json.loads(line)
            if number == 1:
                known, sized = Target(url=told["to"], graph=told["graph"]), told["size"]
            elif "done" in told:
                ledger.done = True
            else:
                ledger.digests.append(str(told["digest"]))
        except (ValueError, KeyError, TypeError) as error:
            raise LoadError(f"{path}:{number}: not a line of ours; remove the file to load anew") from error
    if len(lines) == 1:
        return None
    if known != target:
        raise LoadError(f"{path}: tells of loading to {known.address}; name another file with --state")
    if sized != size:
        raise LoadError(f"{path}: was begun with chunks of {sized} bytes; go on with --chunk {sized}, or --replace")
    return ledger
