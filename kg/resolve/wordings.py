"""When two full forms of one acronym say the same in other words."""

from itertools import takewhile

from kg.resolve.keys import LITTLE
from kg.resolve.words import alike

#: Two names of the same initials are one full form when so large a share of their words say the same: in the readings
#: so are 10 pairs of one thing and none of two (of those that share two of three words, one in six is of two things).
_VARIANT = 3 / 4
#: Two words of two full forms are one when so much of their letters is (per cent): what papers mistype, or inflect.
_SPELLING = 75
#: Letters, and the share of the shorter word, that two words begin with that say the same of one acronym.
_BEGUN, _SHARED = 5, 0.6


def is_variant(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether two names of the same initials are one full form in other words, little words set aside.

    >>> with_, from_ = "reinforcement learning with verifiable reward", "reinforcement learning from verifiable reward"
    >>> is_variant(tuple(with_.split()), tuple(from_.split()))
    True
    >>> is_variant(("linear", "discriminant", "analysis"), ("latent", "dirichlet", "allocation"))
    False
    """
    first, second = ([word for word in words if word not in LITTLE] for words in (one, other))
    if len(first) != len(second) or not first:
        return False
    alikes = sum(alike(x, y) is not None for x, y in zip(first, second, strict=True))
    return alikes >= _VARIANT * len(first)


def is_spelling(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether two names of the same initials are one full form in other spellings, little words set aside.

    >>> is_spelling(("goal", "conditional", "learning"), ("goal", "conditioned", "learning"))
    True
    >>> is_spelling(("masked", "diffusion", "language", "model"), ("multimodal", "diffusion", "language", "model"))
    False
    """
    from rapidfuzz import fuzz

    first, second = ([word for word in words if word not in LITTLE] for words in (one, other))
    return len(first) == len(second) > 0 and all(
        alike(x, y) is not None or fuzz.ratio(x, y) >= _SPELLING for x, y in zip(first, second, strict=True)
    )


def holds_words(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Say whether a name begins and ends as another does and has at most one word more, but for little ones and ends.

    What stands in front says what kind: a multi-view graph neural network is one of many. What stands behind is another
    thing.

    >>> holds_words(("large", "pretrained", "language", "model"), ("large", "language", "model"))
    True
    >>> holds_words(("test", "time", "adaptive"), ("test", "time", "adaptation"))
    True
    >>> holds_words(("multi", "view", "graph", "network"), ("graph", "network"))
    False
    >>> holds_words(("diffusion", "transformer", "video"), ("diffusion", "transformer"))
    False
    >>> holds_words(("multilingual", "language", "model"), ("multimodal", "language", "model"))
    False
    """
    if not one or not other or len(one) > len(other) + 1:
        return False
    if not (_begin_alike(one[0], other[0]) and _begin_alike(one[-1], other[-1])):
        return False
    left = iter(one)
    return all(any(_begin_alike(mine, word) for mine in left) for word in other if word not in LITTLE)


def _begin_alike(x: str, y: str) -> bool:
    if alike(x, y) is not None:
        return True
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(x, y, strict=False)))
    return shared >= _BEGUN and shared >= _SHARED * min(len(x), len(y))
