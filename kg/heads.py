"""Feed-forward heads over the encoder's vectors, in numpy: what the trained components share.

Weights are stored as one ``weights.npz`` a component, settings (labels, threshold, calibration) as ``settings.json``.
"""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

#: sqrt(2/pi), of the tanh form of GELU (Hendrycks and Gimpel 2016, section 2).
_GELU = 0.7978845608
#: Log odds beyond this are certainty (and more than `math.exp` bears).
_FAR = 500.0


def softmax(logits: Array) -> Array:
    """Return probabilities along the last axis.

    >>> softmax(np.zeros((1, 4), np.float32)).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """
    exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: Array = exponents / exponents.sum(axis=-1, keepdims=True)
    return result


def log_softmax(logits: Array) -> Array:
    """Return log probabilities along the last axis."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


class TrainedComponent:
    """A spaCy component with trained weights and settings, kept in a folder of its own.

    `threshold` is the probability from which something is kept.
    """

    #: Settings that the component cannot do without: a model that lacks one was made for another version.
    NEEDED: ClassVar[tuple[str, ...]] = ()

    def __init__(self, name: str) -> None:
        """Start without weights: they come from `from_disk`, or are set by training."""
        self.name = name
        self.weights: dict[str, Array] = {}
        self.settings: dict[str, Any] = {}
        self.threshold = 0.5

    def two_layers(self, head: str, inputs: Array) -> Array:
        """Return the logits of a head of two layers with GELU between, shape (rows, outputs)."""
        return self.two_layers_of_blocks(head, [(inputs, None)])

    def two_layers_of_blocks(self, head: str, blocks: Iterable[tuple[Array, npt.NDArray[np.int64] | None]]) -> Array:
        """Return the same for inputs given as blocks of columns, each with the row that each input has of it."""
        weights, column = self.weights[f"{head}.in.weight"], 0
        hidden: Any = self.weights[f"{head}.in.bias"]
        for rows, index in blocks:
            part = rows @ weights[column : column + rows.shape[1]]
            part = part if index is None else part.take(index, axis=0)
            # In place from the second block on.
            hidden = np.add(hidden, part, out=hidden if column else None)
            column += rows.shape[1]
        # Multiplied out: numpy's power of 32-bit floats takes a hundred times as long.
        cube = hidden * hidden * hidden
        hidden = 0.5 * hidden * (1 + np.tanh(_GELU * (hidden + 0.044715 * cube)))
        logits: Array = hidden @ self.weights[f"{head}.out.weight"] + self.weights[f"{head}.out.bias"]
        return logits

    def calibrated(self, probability: float, label: str = "") -> float:
        """Return the probability that means what it says: scaled on held-out text (Platt 1999).

        The setting `calibration` holds slope and intercept over the log odds, `calibrations` those of single labels;
        without them nothing changes.
        """
        slope, intercept = self.settings.get("calibrations", {}).get(label) or self.settings.get(
            "calibration", (1.0, 0.0)
        )
        clipped = min(max(probability, 1e-7), 1 - 1e-7)
        odds = slope * math.log(clipped / (1 - clipped)) + intercept
        return 1 / (1 + math.exp(min(max(-odds, -_FAR), _FAR)))

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write weights (as 16-bit floats) and settings into the folder ``path``."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        half = {name: array.astype(np.float16) for name, array in sorted(self.weights.items())}
        np.savez(folder / "weights.npz", **half)  # type: ignore[arg-type]  # numpy's stub takes only bool by keyword
        settings = self.settings | {"threshold": self.threshold}
        (folder / "settings.json").write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n", encoding="utf-8")

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> "TrainedComponent":
        """Read what `to_disk` wrote.

        Raises:
            OSError: a file is missing.
            ValueError: another version of kg wrote it.
        """
        folder = Path(path)
        with np.load(folder / "weights.npz") as stored:
            self.weights = {name: stored[name].astype(np.float32) for name in stored.files}
        self.settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
        lacking = [name for name in self.NEEDED if name not in self.settings]
        if lacking:
            raise ValueError(f"{folder.name} was written by another version of kg (no '{lacking[0]}' in its settings)")
        self.threshold = float(self.settings.pop("threshold"))
        return self
