"""Numbers that a claim states, with their units, what they are compared with, and where they stand."""

import dataclasses
import re
from collections.abc import Iterator, Sequence

_NUMBER = r"[+\-\u2212\u2013~\u2248]?\d+(?:,\d{3})*(?:\.\d+)?"
_UNIT = (
    r"percentage points?|percent|per cent|pp\b|points?|pts?\b|%|"
    r"orders? of magnitude|-?fold|times|\u00d7|x(?![a-z])|"
    r"(?:B|M|K|billion|million|thousand|trillion)(?=\s*(?:param|token|image|example|sample|sentence|pair|-param))|"
    r"(?:ms|milliseconds?|seconds?|minutes?|hours?|days?|GPU[- ]hours?|fps|FPS|GB|MB|TFLOPS?|GFLOPS?|FLOPs?)\b|"
    r"(?:BLEU|ROUGE|mAP|mIoU|AP|F1|dB|PSNR|WER|FID)\b"
)
#: A number, maybe with a unit; not inside a word or a name ("GPT-4", "CIFAR-10", "7B-Chat"), nor a citation or version.
_VALUE = re.compile(
    rf"(?<![\w.\-/#^_(\[])(?P<number>{_NUMBER})\s?(?:\\?(?P<unit>{_UNIT}))?(?![\w.\-]*\w)", re.IGNORECASE
)
_FROM_TO = re.compile(rf"from\s+(?P<a>{_NUMBER})\s?\\?(?:%|points?)?\s+to\s+(?P<b>{_NUMBER})", re.IGNORECASE)
_AGAINST = re.compile(
    rf"(?P<b>{_NUMBER})\s?\\?(?:%|points?)?\s*,?\s*\(?(?:vs\.?|versus|compared (?:to|with)|against)\s+(?P<a>{_NUMBER})",
    re.IGNORECASE,
)
_DIFFERENCE = re.compile(
    r"(?:\bby|\bof|\bimprovements?|\bgains?|\bincreases?|\bdrops?|\breductions?)(?:\s+\w+){0,3}\s*$", re.IGNORECASE
)
_MORE = re.compile(
    r"^\s*(?:\w+\s+)?(?:improvement|gain|increase|decrease|reduction|drop|higher|lower|better|worse|more|fewer|less)",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?:up to|at most|as (?:much|many) as|as low as|as high as|over|more than|at least)\s*(?:an?\s+)?$", re.IGNORECASE
)
_RATIO = re.compile(r"^(?:x|\u00d7|times|-?fold|orders? of magnitude)$", re.IGNORECASE)
_YEAR = re.compile(r"^(?:19|20)\d\d$")

#: Units in one spelling.
_UNITS = {
    "percent": "%", "per cent": "%", "point": "points", "points": "points", "pt": "points", "pts": "points",
    "percentage point": "points", "percentage points": "points", "pp": "points", "\u00d7": "x", "times": "x",
    "fold": "x", "-fold": "x", "order of magnitude": "orders of magnitude",
}  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number in a sentence: offsets into the text it was found in, `kind` as in `kg.records.Value.comparison`."""

    start: int
    end: int
    number: float
    unit: str
    comparison: str
    baseline: float | None


def to_number(printed: str) -> float:
    """Return a printed number as a float.

    >>> to_number("1,000"), to_number("\u22123.4")
    (1000.0, -3.4)
    """
    plain = printed.replace(",", "").replace("\u2212", "-").replace("\u2013", "-").lstrip("~\u2248+")
    return float(plain)


def find_values(sentence: str, names: Sequence[tuple[int, int]] = ()) -> Iterator[Number]:
    """Yield the numbers that a sentence states as results.

    Args:
        sentence: the text.
        names: offsets of entities in it: a number inside a name is no value.

    >>> [(v.number, v.unit, v.baseline) for v in find_values("It improves accuracy from 61.2% to 71.3% on GSM8K.")]
    [(71.3, '%', 61.2)]
    """
    baselines = {
        m.start("b"): to_number(m.group("a")) for m in (*_FROM_TO.finditer(sentence), *_AGAINST.finditer(sentence))
    }
    used = {m.start("a") for m in (*_FROM_TO.finditer(sentence), *_AGAINST.finditer(sentence))}
    for found in _VALUE.finditer(sentence):
        start, printed, unit = found.start("number"), found.group("number"), found.group("unit") or ""
        if start in used or any(a <= start < b for a, b in names):
            continue
        decimal = "." in printed
        if not unit and (not decimal or _YEAR.match(printed)) and start not in baselines:
            continue
        unit = _UNITS.get(unit.lower(), unit)
        before, after = sentence[:start], sentence[found.end() :]
        if start in baselines:
            comparison = "absolute"
        elif _RATIO.match(unit):
            comparison = "ratio"
        elif _DIFFERENCE.search(before[-60:]) or unit == "points" or _MORE.match(after):
            comparison = "difference"
        else:
            comparison = "absolute"
        if _BOUND.search(before[-30:]):
            comparison = "upper-bound"
        end = found.end("unit") if found.group("unit") else found.end("number")
        yield Number(
            start=start,
            end=end,
            number=to_number(printed),
            unit=unit,
            comparison=comparison,
            baseline=baselines.get(start),
        )
