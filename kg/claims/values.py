"""Numbers that a claim states, with their units, what they are compared with, and where they stand.

Every expression is bounded, so that time grows with the length of the text whatever it holds.
"""

import contextlib
import dataclasses
import itertools
import math
import re
from collections.abc import Iterator, Sequence

from kg.claims.comparisons import find_comparison, find_older, is_bounded, is_listed, is_scored, shares_unit
from kg.claims.units import SCALE, UNIT, WORDS, to_unit

_MINUS = "\u2212\u2013-"
#: 15 digits are what a float holds.
_PLAIN = r"(?:\d{1,3}(?:(?:,|\{,\})\d{3}){1,4}(?!\d)|\d{1,15})(?:\.\d{1,15})?|\.\d{1,15}"
_POWER = rf"10\s?\^\s?\{{?\s?[{_MINUS}]?\d{{1,3}}(?:\s?\}})?"
_TIMES_POWER = rf"(?:{_PLAIN})\s?\$?\s?(?:\\times|\\cdot|\u00d7|x|\*)\s?\$?\s?{_POWER}"
_NUMBER = rf"(?:{_TIMES_POWER}|{_POWER}|(?:{_PLAIN})(?:[eE][+{_MINUS}]?\d{{1,3}}(?!\w))?)"
#: What may stand between a number and its unit: spaces, ties, LaTeX's dollars and braces.
_GAP = r"(?:[\s~]|\\[,;: ]|[${}]){0,4}"
#: Not inside a word, a name ("GPT-4", "CIFAR-10"), a version ("1.2.3"), a fraction, an exponent or an index.
_VALUE = re.compile(
    rf"(?<![\w.\\/#^_@\u2013-])(?<!\d,)(?<![\^_]\{{)(?P<sign>[+\u2212\u2013-](?=[\d.]))?(?<![\^_]\{{-)(?<![\^_]\{{\u2212)"
    rf"(?P<number>{_NUMBER})(?!\.?\d|,\d{{3}}(?!\d))(?:{_GAP}-?(?P<unit>{UNIT}))?"
)
#: The second number of a range: "0.5-0.7", "10%-20%"; and of a pair with a slash: "71.2/68.4".
_SECOND = re.compile(rf"\s?(?:--?|[\u2013\u2014/])\s?(?P<number>{_NUMBER})(?!\.?\d)(?:{_GAP}-?(?P<unit>{UNIT}))?")
_GLUED = re.compile(r"[\w^_]|-\w|\.\d")
_SPELLED = re.compile(
    rf"\b(?P<number>{WORDS})(?:[- ](?P<unit>orders? of magnitude|fold\b|times(?= (?:faster|slower|smaller|"
    r"fewer|more|less|larger|lower|higher|better|cheaper|longer|shorter|as|the)\b))|(?P<fold>fold\b))|"
    r"\b(?P<twice>twice)(?= (?:as|the)\b)",
    re.IGNORECASE,
)
_NUMBER_WORDS = {word: value for value, word in enumerate(WORDS.replace("an?|", "").split("|"), start=1)}

#: What is no result though it is a number: sections, versions, parts of a name, deviations, p-values, settings.
_SKIP = re.compile(
    r"(?:\b(?:section|sec\.|fig\.|figure|table|tab\.|eq\.|equation|version|ver\.|chapter|appendix|theorem|lemma|"
    r"level|layer|step|phase|stage|out of)\s*|\u00b1\s*|\\pm\s?\$?\s?|\+/-\s*|\bO\(\s*|"
    r"\bp[- ]?(?:values?)?\s*(?:[<>=\u2264]|\\leq?|\\lt)\s*\$?)$",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"(?:\\(?!rho|kappa|tau)[a-zA-Z]{1,12}|(?<![\w\\])(?![rRd]\b)[a-zA-Z]|(?![\u03c1\u03ba\u03c4])[\u03b1-\u03c9])\s?"
    r"(?:=|<|>|\u2264|\u2265|\\leq?|\\geq?|\\in|\u2208)\s?\$?$"
)
#: "Llama 3.1", "Python 3.11": a capitalised word right before; measures are named so too.
_NAMED = re.compile(r"(?:^|[^\w.])(?P<word>[A-Z][\w.+-]{0,30}) $")
_MEASURE = re.compile(
    r"BLEU|ROUGE|METEOR|CIDEr|SPICE|F1|F-?score|A[UP]|mAP|m?IoU|PSNR|SSIM|FID|WER|CER|NDCG|MRR|Dice|Acc|Accuracy|Precision|"
    r"Recall|EM|RMSE|MAE|MSE|Score|Hits?|R\d?|Elo|MOS|COMET|Pearson|Spearman|Kappa|MCC|NDS|Of|To|By|At|From|With|And|Only",
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number in a sentence: offsets into the text it was found in, `comparison` as in `kg.records.Value`.

    `chain` counts up from one list of numbers ("85.8%, 94.0%, and 57.7%") to the next.
    """

    start: int
    end: int
    number: float
    unit: str
    comparison: str
    baseline: float | None
    chain: int = 0


def to_number(printed: str) -> float:
    r"""Return a printed number as a float.

    >>> to_number("1,000"), to_number("\u22123.4"), to_number("10^{-3}"), to_number(r"3 \times 10^4")
    (1000.0, -3.4, 0.001, 30000.0)
    """
    plain = re.sub(r"[\s${},]|\\(?=times|cdot)", "", printed).replace("\u2212", "-").replace("\u2013", "-")
    mantissa, power, exponent = plain.lstrip("~\u2248+").partition("10^")
    if power:
        mantissa = re.sub(r"(?:times|cdot|[x\u00d7*])$", "", mantissa) or "1"
        return float(f"{mantissa}e{exponent}")
    return float(plain.lstrip("~\u2248+"))


@dataclasses.dataclass(slots=True)
class _Found:
    start: int
    end: int
    printed: str
    unit: str
    ranged: bool = False


def _find_numbers(sentence: str, names: Sequence[tuple[int, int]]) -> Iterator[_Found]:
    """Yield everything that is printed as a number of its own, with the unit behind it."""
    at = 0
    while found := _VALUE.search(sentence, at):
        start = found.start()
        at = found.end("number")
        if any(a <= found.start("number") < b for a, b in names):
            continue
        printed = (found["sign"] or "") + found["number"]
        here: list[_Found] = []
        while found:
            unit = found["unit"] or ""
            end = found.end("unit") if unit else found.end("number")
            here.append(_Found(start, end, printed, unit))
            found = _SECOND.match(sentence, end)
            if found:
                here[-1].ranged = True
                start, printed = found.start("number"), found["number"]
        # "3D", "16-layer", "2nd", "7b": the number is part of a word, and so are those that it is tied to.
        end = here[-1].end
        at = max(at, end)
        if _GLUED.match(sentence, end) and not (here[-1].unit.endswith("%") and sentence[end] != "\\"):
            continue
        yield from here


def find_values(sentence: str, names: Sequence[tuple[int, int]] = ()) -> Iterator[Number]:
    """Yield the numbers that a sentence states as results.

    Args:
        sentence: the text.
        names: offsets of entities in it: a number inside a name is no value.

    >>> [(v.number, v.unit, v.baseline) for v in find_values("It improves accuracy from 61.2% to 71.3% on GSM8K.")]
    [(71.3, '%', 61.2)]
    """
    numbers = list(_find_numbers(sentence, names))
    # "2.3 and 4.5 points": a unit counts for the numbers joined to its own.
    for left, right in zip(reversed(numbers[:-1]), reversed(numbers[1:]), strict=True):
        if left.unit or not right.unit or SCALE.match(right.unit):
            continue
        if left.ranged or (not right.ranged and shares_unit(sentence[left.end : right.start])):
            left.unit = right.unit
    baselines, used = _baselines(sentence, numbers)
    previous: Number | None = None
    chain = 0
    for found in numbers:
        if found.start in used:
            continue
        before, after = sentence[max(0, found.start - 90) : found.start], sentence[found.end : found.end + 60]
        try:
            number = to_number(found.printed)
        except ValueError:
            continue
        if not math.isfinite(number) or not _is_result(found, before, found.start in baselines, names):
            continue
        unit = to_unit(found.unit)
        baseline = baselines.get(found.start)
        comparison = "absolute" if baseline is not None else find_comparison(found.printed, unit, before, after)
        if previous and is_listed(sentence[previous.end : found.start]):
            if comparison == "absolute" and baseline is None and previous.comparison in ("difference", "upper-bound"):
                if previous.unit == unit and previous.baseline is None:
                    comparison = previous.comparison
        else:
            chain += 1
        previous = Number(
            start=found.start,
            end=found.end,
            number=number,
            unit=unit,
            comparison=comparison,
            baseline=baseline,
            chain=chain,
        )
        yield previous


def _baselines(sentence: str, numbers: Sequence[_Found]) -> tuple[dict[int, float], set[int]]:
    """Return what numbers are compared with, by their start, and the starts of those that they are compared with."""
    baselines: dict[int, float] = {}
    used: set[int] = set()
    for left, right in itertools.pairwise(numbers):
        if left.start in used or (left.unit and right.unit and to_unit(left.unit) != to_unit(right.unit)):
            continue
        before = sentence[max(0, left.start - 90) : left.start]
        unit = left.unit or right.unit
        older = find_older(before, sentence[left.end : right.start], to_unit(unit))
        # Two bare whole numbers are more often counts than results.
        bare = not unit and "." not in left.printed + right.printed
        if older is None or (bare and not is_scored(re.sub(r"\bfrom\s$", "", before))):
            continue
        old, new = (left, right) if older == 0 else (right, left)
        with contextlib.suppress(ValueError):
            baselines[new.start] = to_number(old.printed)
            used.add(old.start)
    return baselines, used


def _is_result(found: _Found, before: str, compared: bool, names: Sequence[tuple[int, int]]) -> bool:
    if _SKIP.search(before):
        return False
    if found.unit:
        # "the 1990s", "in the 80s"
        return not (found.unit == "s" and re.fullmatch(r"(?:19|20)\d0|[2-9]0", found.printed))
    if compared:
        return True
    if _SETTING.search(before):
        return False
    if "^" in found.printed or "e-" in found.printed.lower():
        return any(sign in found.printed for sign in _MINUS) or "." in found.printed
    if "." not in found.printed:
        return is_scored(before) and not re.fullmatch(r"(?:19|20)\d\d", found.printed)
    named = _NAMED.search(before)
    if not named or _MEASURE.match(named["word"]):
        return True
    return any(b == found.start - 1 for _, b in names)


def find_ratios_in_words(sentence: str) -> Iterator[Number]:
    """Yield ratios that are spelled out: "twice as fast", "two orders of magnitude", "three times faster".

    >>> [(v.number, v.unit) for v in find_ratios_in_words("It is two orders of magnitude faster.")]
    [(2.0, 'orders of magnitude')]
    """
    for found in _SPELLED.finditer(sentence):
        word = found["number"]
        number = float(_NUMBER_WORDS.get(word.lower(), 1)) if word else 2.0
        yield Number(
            start=found.start(),
            end=found.end(),
            number=number,
            unit="orders of magnitude" if (found["unit"] or "").startswith("order") else "x",
            comparison="upper-bound" if is_bounded(sentence[max(0, found.start() - 30) : found.start()]) else "ratio",
            baseline=None,
        )
