"""Units as abstracts print them, and their one spelling."""

import re

#: Numbers in words, in order from one; "a" and "an" count one.
WORDS = "an?|one|two|three|four|five|six|seven|eight|nine|ten"

#: What is counted in thousands, millions, billions.
_COUNTED = (
    r"(?:\s?-?(?:trainable|model|total|active|activated|training|labell?ed|annotated|unlabell?ed|text|image-text|video|"
    r"sentence|synthetic|high-quality|instruction|human)){0,3}\s?-?"
    r"(?P<counted>param(?:eter)?s?|tokens?|words?|images?|examples?|samples?|sentences?|pairs?|documents?|papers?|instances?|videos?|"
    r"frames?|steps?|FLOPs?|MACs?)\b"
)
_SCALE = r"(?:[BMKTbk](?![A-Za-z])|billion\b|million\b|thousand\b|trillion\b)"

#: An expression without names of groups but `counted`: a unit right behind a number. The longer come first.
UNIT = (
    r"(?:"
    r"\\?%(?:\s?-?(?:absolute|relative))?[\s-]?points?\b|\\?%|"
    r"percentage[- ]points?\b|percent\b|per cent\b|p\.p\.|pp\b|pts?\b|"
    r"(?:accuracy|BLEU|F1|ROUGE|mAP|AP|mIoU|IoU|Elo|EM|absolute|average)[- ]points?\b|"
    r"points?\b(?! (?:clouds?|of|in time))|"
    r"orders? of magnitude\b|folds?\b|"
    r"times\b(?=\s(?:faster|slower|smaller|fewer|more|less|larger|lower|higher|better|cheaper|longer|shorter|greater|as|the|"
    r"speed|improvement|reduction|increase|that))|"
    r"(?:\\times|\u00d7|[xX](?![A-Za-z]))(?!\s?\$?\s?\d)|"
    rf"{_SCALE}{_COUNTED}|"
    r"(?:GPU|TPU|CPU|A100|H100|V100)[- ](?:hours?|days?)\b|tokens?(?:/| per )s(?:ec(?:ond)?)?\b|frames? per second\b|"
    r"(?:milli|micro|nano)?seconds?\b|(?:ms|\u00b5s|\u03bcs|ns|secs?|min|mins|minutes?|hrs?|hours?|days?|weeks?)\b|s(?![\w'])|"
    r"(?:fps|FPS|[kKMG]?Hz|[KMGT]i?B|[kKMG]bps|[KMGT]?FLOPS?|[KMGT]?FLOPs|GMACs|dB|bpp|bits?|kWh|mJ|mW|cm|mm|km)\b|"
    r"(?:BLEU|ROUGE(?:-[12L])?|mAP|mIoU|IoU|AUROC|AUC|PSNR|SSIM|WER|CER|FID|NDS|Elo|AP|F1)\b(?!\s?[=(:~])"
    r")"
)

#: A unit of size ("7B parameters").
SCALE = re.compile(rf"{_SCALE}")

_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), unit)
    for pattern, unit in (
        (r"\\?%.*points?|percentage.points?|p\.p\.|pp|pts?|(?:accuracy|absolute|average).points?|points?", "points"),
        (r"\\?%|percent|per cent", "%"),
        (r"orders? of magnitude", "orders of magnitude"),
        (r"times|folds?|\\times|\u00d7|x", "x"),
        (r"millisecond\w*|ms", "ms"),
        (r"microsecond\w*|[\u00b5\u03bc]s", "\u00b5s"),
        (r"secs?|seconds?|s", "s"),
        (r"mins?|minutes?", "minutes"),
        (r"hrs?|hours?", "hours"),
        (r"fps|frames? per second", "FPS"),
        (r"tokens?(?:/| per )s.*", "tokens/s"),
    )
)
_SCALED = re.compile(rf"(?P<scale>{_SCALE}){_COUNTED}")
_LETTERS = {"billion": "B", "million": "M", "thousand": "K", "trillion": "T", "k": "K", "b": "B"}


def to_unit(printed: str) -> str:
    r"""Return a unit in its one spelling.

    >>> to_unit(r"\%"), to_unit("percentage points"), to_unit(r"\times"), to_unit("million tokens")
    ('%', 'points', 'x', 'M tokens')
    """
    if not printed:
        return ""
    if scaled := _SCALED.fullmatch(printed):
        counted = scaled["counted"].lower().rstrip("s")
        counted = "parameter" if counted in ("param", "parameter") else counted
        return f"{_LETTERS.get(scaled['scale'], scaled['scale'])} {counted}s"
    for pattern, unit in _SPELLINGS:
        if pattern.fullmatch(printed):
            return unit
    return re.sub(r"[- ]points?$", " points", printed)
