"""Names that share their beginning: "CIFAR-10 and -100", "BERT-base/large", "GPT-3.5/4" name two things each.

The second is printed only in part. Its mention is that part, exactly as it stands; its name is what a reader completes.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

Place = tuple[int, int]

#: What tells two of a family apart: a number (version, size, count of classes) or a word for a size.
_VARIANT = (
    r"(?:\d+(?:\.\d+)*[A-Za-z]{0,2}|(?i:tiny|mini|nano|small|medium|base|large|huge|giant|xxlarge|xlarge|xxl|xl))(?!\w)"
)
#: Between variants: a stroke, or a comma or "and" before a hyphen ("and 3" alone counts things).
_BETWEEN = r"(?:/-?|(?:,\s*|,?\s+(?:and|or|&)\s+)-)"
_COORDINATION = re.compile(
    rf"(?P<stem>\S(?:.*?[A-Za-z\d])?)(?P<joint>[- ]?)(?P<first>{_VARIANT})(?P<rest>(?:{_BETWEEN}{_VARIANT})+)"
)
#: What every `_BETWEEN` holds: without it nothing is coordinated, and that is quickly seen.
_JOINT = re.compile(r"/|[,\s]-")
_PART = re.compile(rf"{_BETWEEN}(?P<variant>{_VARIANT})")
#: Characters after a candidate in which its coordination is looked for.
_AFTER = 40


def split_coordinated(
    text: str, words: Sequence[Place], spans: Iterable[Place]
) -> tuple[list[Place], dict[Place, str]]:
    """Return candidates with coordinated names taken apart, and the name of each that is printed in part.

    Args:
        text: the document's text.
        words: character offsets of its words.
        spans: candidates, as half-open ranges of words.

    >>> split_coordinated("On CIFAR-10 and -100", [(0, 2), (3, 11), (12, 15), (16, 17), (17, 20)], [(1, 2)])
    ([(1, 2), (3, 5)], {(3, 5): 'CIFAR-100'})
    """
    found: list[Place] = []
    names: dict[Place, str] = {}
    starts = [start for start, _ in words]
    given = list(spans)
    taken = {word for start, end in given for word in range(start, end)}
    for span in given:
        parts = _parts(text, words, starts, span)
        others = {word for start, end in parts for word in range(start, end)} - set(range(*span)) if parts else set()
        if len(parts) < 2 or others & taken:
            found.append(span)
            continue
        for place, name in parts.items():
            found.append(place)
            if name != text[words[place[0]][0] : words[place[1] - 1][1]]:
                names[place] = name
    return sorted(set(found)), names


def _parts(text: str, words: Sequence[Place], starts: Sequence[int], span: Place) -> dict[Place, str]:
    """Return the places of the things that a candidate and what follows it name, with their names, or nothing."""
    start, end = words[span[0]][0], words[span[1] - 1][1]
    match = _COORDINATION.match(text[start : end + _AFTER]) if _JOINT.search(text, start, end + _AFTER) else None
    if match is None or not re.search(r"[A-Za-z]", match["stem"]):
        return {}
    last = start + match.end()
    if start + match.end("first") != end and last > end:
        return {}
    # What a candidate has after all variants belongs to each of them: "top-1/5 accuracy".
    tail = text[last:end] if last < end else ""
    stem = match["stem"] + match["joint"]
    parts = {(start, start + match.end("first")): stem + match["first"] + tail}
    for part in _PART.finditer(match["rest"]):
        at = start + match.start("rest")
        parts[at + part.start("variant"), at + part.end("variant")] = stem + part["variant"] + tail
    placed: dict[Place, str] = {}
    for (at_first, after), name in parts.items():
        first = at_first
        if first > start and text[first - 1] == "-" and first - 1 in starts:
            first -= 1  # the hyphen is one word with the number that it stands before
        low = bisect_left(starts, first)
        high = bisect_left(starts, after)
        if low >= high or starts[low] != first or words[high - 1][1] != after:
            return {}
        placed[low, high] = name
    return placed
