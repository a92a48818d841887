"""Answers that took a while, kept for who asks the same again: the graph does not change while it is served."""

from collections import OrderedDict
from collections.abc import Iterable

#: A share of the whole room that one answer may have: beyond it, it would drive all others out.
_LARGEST = 8

Frame = tuple[bytes, bytes]


class Kept:
    """Answers by the digest of their questions, up to so many bytes; what was not asked for longest goes first."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._held = 0
        self._answers: OrderedDict[bytes, tuple[Frame, ...]] = OrderedDict()

    def find(self, key: bytes) -> tuple[Frame, ...]:
        """Return the frames of an answer; none where it is not kept."""
        if key not in self._answers:
            return ()
        self._answers.move_to_end(key)
        return self._answers[key]

    def begin(self) -> "Gathering":
        """Return what gathers an answer's frames while it is given."""
        return Gathering(self._room // _LARGEST)

    def gather(self, frames: Iterable[Frame]) -> "Gathering":
        """Return the frames of a whole answer, gathered."""
        gathered = self.begin()
        for frame in frames:
            gathered.add(frame)
        return gathered

    def keep(self, key: bytes, gathered: "Gathering") -> None:
        """Keep an answer that came to its end, unless it is too large."""
        if gathered.is_over or key in self._answers:
            return
        self._answers[key] = tuple(gathered.frames)
        self._held += gathered.size
        while self._held > self._room:
            _, frames = self._answers.popitem(last=False)
            self._held -= sum(len(content) for _, content in frames)


class Gathering:
    """The frames of one answer, so long as they may be kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.frames: list[Frame] = []
        self.size = 0

    @property
    def is_over(self) -> bool:
        """Say whether it is too large to be kept."""
        return self.size > self._most

    def add(self, frame: Frame) -> None:
        """Take a frame; forget all where they are too large."""
        self.size += len(frame[1])
        if self.is_over:
            self.frames.clear()
        else:
            self.frames.append(frame)
