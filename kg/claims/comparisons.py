"""What the words around a number say of it: a difference, a ratio, a bound, and what it is compared with."""

import re

_QUALIFIER = (
    r"(?:\s*(?:an?|the|about|around|approximately|roughly|nearly|almost|only|just|merely|an average(?: of)?|on average|"
    r"average|mean|more than|over|at least|less than|another|additional|absolute|relative|up|some|even|~|\u2248|\u223c|"
    r"\\sim|\\approx|[$({]|\\textbf\{)){0,4}\s*$"
)
_CHANGE = (
    r"(?:improvements?|gains?|increases?|decreases?|reductions?|drops?|declines?|boosts?|speed-?ups?|differences?|margins?|"
    r"gaps?|uplifts?|lifts?|degradations?|advantages?|savings?|acceleration|jumps?|rises?|overheads?)"
)
_DIFFERENCE = re.compile(
    rf"(?:\bby|\b{_CHANGE}\b(?:[^.;:\d]{{0,60}}\s(?:of|between|by|from))?|\b(?:out|under)performance of){_QUALIFIER}",
    re.IGNORECASE,
)
_MORE = re.compile(
    rf"^\W{{0,4}}(?:\w+\s+){{0,2}}?(?:{_CHANGE}|higher|lower|better|worse|more|fewer|less|faster|slower|smaller|larger|"
    r"cheaper|longer|shorter|greater|stronger|improved)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?:\bup to|\bat most|\bas (?:much|many|high|low|few|little|large|fast) as|\bno more than|"
    r"\b(?:less|fewer|lower|smaller) than|\bbelow|\bunder|\bwithin|<|\u2264|\\leq?|\\lt)"
    r"(?:\s*(?:an?|about|around|approximately|roughly|only|just|~|\u2248|\\sim|[$({]|\\textbf\{)){0,3}\s*$",
    re.IGNORECASE,
)
_SCORED = re.compile(
    r"(?:\b(?:accuracy|precision|recall|score|scores|scored|rating|ratings|rate|perplexity|error|elo|bleu|f1|fid|wer|psnr)"
    r"\s?(?:of|=|:|to|at|is|was|~)?|\bscor(?:es|ed|ing))(?:\s(?:about|around|only|nearly))?\s$",
    re.IGNORECASE,
)

# What two neighbouring numbers are to each other, by the words between them.
_TO = re.compile(
    r"^\W{0,4}(?:up |down |all the way )?to (?:about |around |only |just |nearly |over |an? |\w+ly ){0,2}\W{0,3}$"
)
_FROM = re.compile(r"\bfrom (?:an? |about |around |just |only |\w+ly |\w+ of ){0,2}\W{0,3}$", re.IGNORECASE)
_RANGING = re.compile(
    r"\b(?:rang\w+|vary\w*|varies|span\w*|sizes?|scales?|(?:improvement|gain|reduction|increase|decrease|drop|boost|speed-?up)s|of)"
    r" from (?:about |around )?\W{0,3}$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"^[\s$%\\]*(?:\u2192|->|=>|\\(?:right|long)\w*|\\to)[\s$]*$")
_AGAINST = re.compile(
    r"^(?!.*\b(?:and|while|but|by)\b)[^;:]{0,45}?(?:\bvs?\.?(?= )|\bversus\b|\bcompared (?:to|with|against)\b|"
    r"\bagainst\b|\b(?:up|down|increased|improved|decreased|dropping|rising) from\b|\bas opposed to\b|\brather than\b|"
    r"(?<!less )(?<!more )(?<!fewer )\bthan\b)[^;]{0,45}$",
    re.IGNORECASE | re.DOTALL,
)
_LISTED = re.compile(
    r"^\W{0,4}(?:(?:\([^()]{1,30}\)|(?:on|in|for|over|with)\s[^,;()]{1,40}?)?\s*"
    r"(?:,? ?(?:and|or)|,|to|/|&|-|\u2013)\s*)(?:\w+ly )?\W{0,3}$"
)
_JOINED = re.compile(r"^[\s$]*(?:,|and|or|, and|, or|to|/|&)[\s$]*$")

_REACHED = re.compile(r"\b(?:scor|achiev|reach|rat)\w+(?: \w+){0,2} $")


def is_bounded(before: str) -> bool:
    """Say whether the words before a number make it a bound from above ("up to", "less than")."""
    return bool(_BOUND.search(before))


def is_scored(before: str) -> bool:
    """Say whether the words before a number are those of a measure ("accuracy of", "scores")."""
    return bool(_SCORED.search(before))


def is_listed(between: str) -> bool:
    """Say whether two numbers with these words between them stand in one list."""
    return len(between) <= 60 and bool(_LISTED.match(between))


def shares_unit(between: str) -> bool:
    """Say whether the unit behind the second of two numbers is that of the first as well ("2.3 and 4.5 points")."""
    return bool(_JOINED.match(between))


def find_comparison(printed: str, unit: str, before: str, after: str) -> str:
    """Return what a number compares: ``absolute``, ``difference``, ``ratio`` or ``upper-bound``."""
    if _BOUND.search(before):
        return "upper-bound"
    if unit in ("x", "orders of magnitude"):
        return "ratio"
    if printed.startswith("+") or _DIFFERENCE.search(before) or _MORE.match(after):
        return "difference"
    if unit == "points" and not _SCORED.search(before) and not _REACHED.search(before):
        return "difference"
    return "absolute"


def find_older(before: str, between: str, unit: str) -> int | None:
    """Return which of two neighbouring numbers is what the other is compared with.

    Args:
        before: the words before the first.
        between: the words between them.
        unit: the unit that they share.

    Returns:
        0 for the first ("from 61.2% to 71.3%"), 1 for the second ("71.3% vs 61.2%"), None where they are not compared.
    """
    if len(between) > 90:
        return None
    if _ARROW.match(between):
        return 0
    if unit == "x":
        return None
    # "(0.932 to 0.965 mAP)": in brackets, "from" is left out.
    if _TO.match(between) and (_FROM.search(before) or before.endswith("(")):
        sized = unit.endswith(("parameters", "tokens"))
        return None if sized or _RANGING.search(before) else 0
    if _AGAINST.match(between) and not _DIFFERENCE.search(before) and not _MORE.match(between):
        return 1
    return None
