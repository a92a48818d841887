"""The trained weights of the score of a pair of names, and the last words that may add nothing to a name."""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

#: A word may add nothing to the name before it when its log-odds of that are so high in the readings.
_LIGHT = 0.0


@lru_cache(maxsize=1)
def trained() -> Mapping[str, Any]:
    """Return ``features`` (feature -> weight), ``bias`` and ``tails`` (last word -> log-odds), as trained.

    `kg.train.names` writes them.
    """
    found: dict[str, Any] = json.loads((files("kg.resolve") / "weights.json").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def light_words() -> frozenset[str]:
    """Return the last words that may add nothing: a name is also compared with those that lack one of them."""
    return frozenset(word for word, odds in trained()["tails"].items() if odds > _LIGHT)
