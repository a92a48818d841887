"""The score of two names being one thing, with its reason: what tells them apart, weighed as training found.

Logistic regression over the differences of two names (as Bilenko and Mooney 2003, section 3, weigh edits); the weights
are trained on our readings by `kg.train.names`. What no weight may override is refused before.
"""

import dataclasses
import math
from collections import Counter
from collections.abc import Mapping

from kg.resolve.shapes import HEADS, Shape
from kg.resolve.weights import trained
from kg.resolve.words import alike

#: Heads of different groups that make different things of the same words: a generative process is no generative model.
_MADE = frozenset("process structure operation module system optimizer network layer application".split())
#: Words that are what is done as well as what it is done to.
_MODELS = frozenset(("model", "modeling"))


@dataclasses.dataclass(slots=True)
class Differences:
    """What tells two names apart: `features` as the score weighs them, `reasons` in words."""

    features: Counter[str]
    reasons: list[str]

    def add(self, feature: str, reason: str = "", by: float = 1.0) -> None:
        """Count a difference."""
        self.features[feature] += by  # type: ignore[assignment]
        if reason:
            self.reasons.append(reason)


def find_differences(a: Shape, b: Shape, kind: str, tails: Mapping[str, float]) -> Differences | None:
    """Return what tells two names of one kind apart, or None where that forbids that they are one thing.

    Args:
        a: the shape of one.
        b: and of the other.
        kind: of both.
        tails: last word -> log-odds that it adds nothing; of words that are not in it, names do not differ.
    """
    if (a.maker and b.maker and a.maker != b.maker) or (a.bare != b.bare and not a.head and not b.head):
        return None
    groups = HEADS.get(kind, ())
    far = a.head and b.head and not any({a.head, b.head} <= group for group in groups)
    # Of one plain word too many things are made: a "language model" is no "language framework".
    if far and (len(a.core) < 2 or not _MADE.isdisjoint((a.head, b.head))):
        return None
    found = Differences(Counter(), [])
    long, short = (a, b) if len(a.core) >= len(b.core) else (b, a)
    words = long.core
    if len(long.core) == len(short.core) + 1 and len(short.core) > 0 and not (long.head or short.head):
        tail = long.core[-1]
        if tail not in tails or tail[0].isdigit() or (len(short.core) == 1 and not short.proper):
            return None
        words = words[:-1]
        found.add("tail", f"'{tail}' adds nothing")
        found.add("lightness", by=tails[tail])
        if short.proper:
            found.add("proper")
    elif len(long.core) != len(short.core):
        return None
    matched = [alike(x, y) for x, y in zip(words, short.core, strict=True)]
    pairs = list(zip(words, short.core, strict=True))
    if None in matched:
        if words is not long.core:
            return None
        if (turned := _verb_turned(a, b, kind)) is not None:
            pairs, matched = turned
            found.add("verb", "the same words, once as a verb")
        elif _reordered(a, b):
            pairs, matched = [], []
            found.add("order", "the same words in another order")
        else:
            return None
    elif a.turned != b.turned:
        found.add("order", "the same words in another order")
    for (x, y), said in zip(pairs, matched, strict=True):
        if said == "ending":
            # What another ending and another head make together is another thing: "training", "trained models".
            if a.head != b.head or (a.based != b.based and len(a.core) == 1):
                return None
            found.add("ending", f"'{x}' is '{y}' with another ending")
        elif said == "synonym":
            found.add("synonym", f"'{x}' is '{y}'")
    _add_heads(found, a, b, bool(far))
    if a.based != b.based:
        found.add("based", "'based' adds nothing")
    if a.light != b.light:
        found.add("light", f"'{a.light or b.light}' adds nothing")
    if a.maker != b.maker:
        found.add("maker", f"'{a.maker or b.maker}' made it")
    if a.out != b.out:
        found.add("out")
    if not found.reasons:
        found.reasons.append("the same with acronyms written out")
    return found


def _add_heads(found: Differences, a: Shape, b: Shape, far: bool) -> None:
    if a.head != b.head:
        if a.head and b.head:
            found.add("far head" if far else "near head", f"'{a.head}' is '{b.head}'")
        else:
            found.add("head", f"'{a.head or b.head}' adds nothing")


def score_differences(found: Differences) -> float:
    """Return the probability that names that differ so are one thing."""
    weights = trained()
    total = weights["bias"] + sum(weights["features"].get(name, 0.0) * by for name, by in found.features.items())
    return 1 / (1 + math.exp(-total))


def find_reason(a: Shape, b: Shape, kind: str) -> tuple[float, str] | None:
    """Return score and reason for two names of one kind being one thing, or None where their shapes forbid it."""
    found = find_differences(a, b, kind, trained()["tails"])
    return None if found is None else (round(score_differences(found), 4), "; ".join(found.reasons))


def _reordered(a: Shape, b: Shape) -> bool:
    """Say whether two names have the same words in another order that cannot turn the meaning round.

    The head stays the head, and there are words enough that the others qualify it each by itself: "deep hierarchical
    reinforcement learning", but not "text to image" and "image to text".
    """
    if {"to", "from"} & (set(a.core) | set(b.core)) or sorted(a.core) != sorted(b.core):
        return False
    return len(a.core) >= 3 and a.core[-1] == b.core[-1] and not any(word[0].isdigit() for word in a.core)


def _verb_turned(a: Shape, b: Shape, kind: str) -> tuple[list[tuple[str, str]], list[str | None]] | None:
    """Match a task that is named by a verb with the same by a noun: "detecting hate speech", "hate speech detection".

    Only of tasks, or where the verb has another ending: "reasoning models" and "model reasoning" are two methods.
    """
    if {"to", "from", "for", "with"} & (set(a.core) | set(b.core)) or len(a.core) < 2:
        return None
    for first, second in ((a.core, b.core), (b.core, a.core)):
        verb, noun = first[0], second[-1]
        # Models predict, and are predicted.
        if noun in _MODELS or verb in _MODELS:
            continue
        if kind != "Task" and (verb == noun or not verb.endswith("ing")):
            continue
        # A verb that is none of the other's ends would be an adjective: "general model", "model generality".
        if not verb.endswith("ing") and not noun.endswith(("ing", "ion", "ment")):
            continue
        pairs = list(zip((*first[1:], verb), second, strict=True))
        matched = [alike(x, y) for x, y in pairs]
        if None not in matched:
            return pairs[:-1], matched[:-1]
    return None
