"""What a number measures, and on what: the metric and the dataset that belong to it."""

import itertools
import re
from collections.abc import Sequence

from kg.claims.arguments import Present
from kg.claims.values import Number
from kg.records import Kind

#: "accuracy of 79%", "F1~0.298", "BLEU-4 (0.586)", "accuracy (81.76%".
_BEHIND_METRIC = re.compile(
    r"^\s?(?:\([^()]{1,20}\)\s?)?(?:scores?|rates?|values?|points?|reduction|improvement|gains?|increase)?\s?"
    r"(?:of|=|:|~|\u2248|\(|at|to|is|was|reaches|reached|by|from|as|up to|scores?)?\s?"
    r"(?:(?:about|around|approximately|only|nearly|over|up to|an average of|by|to)\s){0,2}[\s$({~=:]{0,3}$",
    re.IGNORECASE,
)
#: "98% accuracy", "31.1% higher accuracy", "3.2 points in F1", "9% improvement in accuracy".
_BEFORE_METRIC = re.compile(
    r"^[\s$)}\\]{0,4}(?:absolute |relative |average |mean |overall )?(?:top-\d )?(?:[\w-]+\s){0,2}(?:(?:in|on|of|"
    r"for)\s)?(?:the |average |mean |test |overall )?$"
)
_BRACKETS = re.compile(r"\([^()]{0,60}\)")
_OTHER_VALUE = re.compile(r"[\d;]")
_COORDINATED = re.compile(r"^\W{0,3}(?:and|or)?\W{0,3}(?:the )?$")
_PARTED = re.compile(r"[;]|\band\b|,")
#: Units that are no share or score: a metric belongs to them only where it stands right beside them.
_OTHERWISE = re.compile(
    r"^(?:x|orders of magnitude|ms|\u00b5s|s|minutes|hours|days|weeks|FPS|.*(?:B|Hz|bps|/s)|.* \w+s)$"
)


def find_measured(sentence: str, values: Sequence[Number], inside: Sequence[Present]) -> list[tuple[str, str]]:
    """Return (metric, dataset) of each value, by name, "" where there is none."""
    metrics = _of_kind(sentence, values, inside, Kind.METRIC.value)
    datasets = _of_kind(sentence, values, inside, Kind.DATASET.value)
    return list(zip(metrics, datasets, strict=True))


def _of_kind(sentence: str, values: Sequence[Number], inside: Sequence[Present], kind: str) -> list[str]:
    some = [m for m in inside if m.kind == kind]
    if not some:
        return [""] * len(values)
    found = [""] * len(values)
    # The units that a metric has been seen with: "%" is none of an error in kWh.
    units: dict[str, str] = {}
    for place, value in enumerate(values):
        following = values[place + 1].start if place + 1 < len(values) else len(sentence)
        # "28.4 BLEU": the unit is the metric.
        over = [m.name for m in some if m.start < value.end and value.start < m.end]
        choose = _metric if kind == Kind.METRIC.value else _dataset
        found[place] = over[0] if over else choose(sentence, value, following, some)
        if kind == Kind.METRIC.value and units.setdefault(found[place], value.unit) != value.unit:
            found[place] = found[place] if _beside(sentence, value, found[place], some) else ""
    if "respectively" in sentence:
        for chain in sorted({value.chain for value in values}):
            places = [place for place, value in enumerate(values) if value.chain == chain]
            names = _listed(sentence, values[places[0]].start, values[places[-1]].end, some, len(places))
            if len(places) > 1:
                for place, name in zip(places, names, strict=False):
                    found[place] = name
    return found


def _listed(sentence: str, start: int, end: int, some: Sequence[Present], count: int) -> list[str]:
    """Return the names of a list of as many right before or right behind a list of numbers, else []."""
    before = [m for m in some if m.end <= start][-count:]
    after = [m for m in some if m.start >= end][:count]
    for group in (after, before):
        pairs = itertools.pairwise(group)
        if len(group) == count and all(_COORDINATED.match(sentence[a.end : b.start]) for a, b in pairs):
            return [m.name for m in group]
    return []


def _beside(sentence: str, value: Number, name: str, some: Sequence[Present]) -> bool:
    """Say whether a metric of this name stands right beside a value."""
    return any(
        _BEHIND_METRIC.match(sentence[m.end : value.start])
        if m.end <= value.start
        else _BEFORE_METRIC.match(sentence[value.end : m.start])
        for m in some
        if m.name == name and abs(m.start - value.start) < 90
    )


def _metric(sentence: str, value: Number, following: int, some: Sequence[Present]) -> str:
    before = [m for m in some if m.end <= value.start]
    after = [m for m in some if m.start >= value.end]
    if before and before[-1].end >= value.start - 60 and _BEHIND_METRIC.match(sentence[before[-1].end : value.start]):
        return before[-1].name
    if after and after[0].start <= min(following, value.end + 60):
        if _BEFORE_METRIC.match(sentence[value.end : after[0].start]):
            return after[0].name
    if _OTHERWISE.match(value.unit):
        near = [m for m in before[-1:] if not _PARTED.search(sentence[m.end : value.start])]
        return near[0].name if near else ""
    if before:
        return before[-1].name
    return after[0].name


def _dataset(sentence: str, value: Number, following: int, some: Sequence[Present]) -> str:
    before = [m for m in some if m.end <= value.start]
    after = [m for m in some if m.start >= value.end]
    # "0.28 kWh (R2 = 0.95) on X": what brackets hold does not part a number from its dataset.
    near = [
        m
        for m in after[:1]
        if m.start < following
        or not (m.start - value.end > 120 or _OTHER_VALUE.search(_BRACKETS.sub("", sentence[value.end : m.start])))
    ]
    if near:
        return near[0].name
    if before:
        return before[-1].name
    return after[0].name
