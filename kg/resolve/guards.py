"""What no score overrides: differences that make two names two things."""

import re

from kg.resolve.keys import tokens

#: Prefixes that turn a word into something else.
_TURNING = ("un", "semi", "self", "non", "multi", "cross", "inter", "intra", "anti", "sub", "super", "hyper", "pseudo",
            "weakly", "weak", "few", "zero", "one", "single", "bi", "uni", "mono", "poly", "meta", "auto", "de", "dis",
            "in", "im", "ir", "over", "under", "pre", "post", "micro", "macro", "top", "bottom")  # fmt: skip
#: Words that stand for sizes and versions of one family.
SIZES = frozenset("base large small tiny mini medium xl xxl xlarge xxlarge huge giant nano micro turbo pro max lite "
                  "instruct chat plus flash ultra".split())  # fmt: skip
_ACRONYM = re.compile(r"^[^a-z\s]{2,5}s?$")


def find_difference(a: str, b: str) -> str | None:
    """Return why two names cannot be one thing, or None when nothing speaks against it.

    >>> find_difference("GPT-3", "GPT-4"), find_difference("CIFAR-10", "cifar 10")
    ('other numbers: 3 and 4', None)
    >>> find_difference("supervised learning", "semi-supervised learning")
    'another word: semi'
    """
    first, second = tokens(a), tokens(b)
    numbers = [t for t in first if t[0].isdigit()], [t for t in second if t[0].isdigit()]
    if numbers[0] != numbers[1]:
        return f"other numbers: {' '.join(numbers[0]) or 'none'} and {' '.join(numbers[1]) or 'none'}"
    for one, other in ((first, second), (second, first)):
        for size in sorted((set(one) & SIZES) - set(other)):
            return f"another size: {size}"
    if "".join(first) == "".join(second):
        return None
    extra = sorted(set(first) ^ set(second))
    if len(first) != len(second) and extra:
        return f"another word: {extra[0]}"
    for x, y in zip(first, second, strict=False):
        if x != y and (why := _turned(x, y) or _turned(y, x)):
            return why
    if _ACRONYM.match(a.strip()) or _ACRONYM.match(b.strip()):
        return "acronyms of other letters"
    return None


def _turned(x: str, y: str) -> str | None:
    for prefix in _TURNING:
        if x.startswith(prefix) and x[len(prefix) :] == y:
            return f"another meaning: {prefix}-"
    return None
