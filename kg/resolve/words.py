"""Words that say the same: synonyms in names of one kind, and endings that change the part of speech only.

The lists were read off the names that annotators gave one entity of one abstract (issue 4 tells of the counts).
"""

import re
from functools import lru_cache

#: Words that annotators take for each other in names of one kind -> the one that stands for both.
_ALIKE = {
    "synthesis": "generation", "forecasting": "prediction", "visual": "vision", "mathematical": "math",
    "mathematics": "math", "automated": "automatic", "comprehension": "understanding", "factual": "fact",
    "maritime": "marine", "robotic": "robot", "robotics": "robot", "lite": "light", "wise": "level",
    "enabled": "driven", "powered": "driven", "judgement": "judgment", "judgements": "judgment",
    "facial": "face", "net": "network", "photograph": "photo", "detecting": "detection", "identification": "id",
    "adaption": "adaptation", "parametrized": "parameterized", "parametrization": "parameterization",
    "overparametrized": "overparameterized", "overparametrization": "overparameterization",
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "zero": "0",
}  # fmt: skip
#: Ends of words that change the part of speech, not the meaning; a pair of ends after one beginning.
_ENDS = frozenset(
    tuple(sorted(pair.split("/")))
    for pair in (
        "/ing e/ing /ed e/ed ed/ing d/ing ation/ing ion/ing ion/e /ion ion/ed ion/ive ation/ative /ation ement/ing "
        "ment/ing e/ement /ment /al e/al /ual ion/ional ic/ical y/ical y/ic /ic ed/ive d/ /ly e/y ation/ated "
        "ization/ized ization/izing ization/ize ance/ing ed/ion ssion/d /ity ities/ity iness/y y/ies "
        "sation/zation /ness or/ion er/al er/ing ier/ication ual/ e/ /ian ation/ion"
    ).split(" ")
)  # fmt: skip
#: Beginnings that are shorter say too little ("act-ion", "act-ive").
_BEGINNING = 4
#: Ends that come off before the beginnings of words are compared in blocking ("tune", "tuning").
_END = re.compile(r"(?<=\w{3})(ing|ed|e)$")
#: Words that begin alike, differ by such an end, and mean different things.
_APART = frozenset(
    "critic critical person personal origin original active action activation act norm normal form formal "
    "object objection objective relative relation process procession universal universe universe universality "
    "community encoder encoding decoder decoding transformer transforming computer computing adapt adaptive general "
    "generality local locality sparse sparsity modal modality vary variation".split()
)


def plain_word(word: str) -> str:
    """Return the word that stands for all that say the same.

    >>> plain_word("synthesis"), plain_word("two"), plain_word("graph")
    ('generation', '2', 'graph')
    """
    return _ALIKE.get(word, word)


@lru_cache(maxsize=200_000)
def begin(word: str) -> str:
    """Return the beginning that a word shares with all that `alike` may find alike.

    >>> begin("tuning") == begin("tune"), begin("generation") == begin("synthesis")
    (True, True)
    """
    return _END.sub("", plain_word(word))[:_BEGINNING]


def alike(x: str, y: str) -> str | None:
    """Return in what two words that say the same differ, ``""`` where in nothing; None where they say other things.

    >>> alike("tuning", "tune"), alike("synthesis", "generation"), alike("critic", "critical")
    ('ending', 'synonym', None)
    """
    if x == y:
        return ""
    if plain_word(x) == plain_word(y):
        return "synonym"
    start = 0
    while start < min(len(x), len(y)) and x[start] == y[start]:
        start += 1
    # An end may begin with letters that both words share: "generat-e", "generat-ion".
    if start >= _BEGINNING - 1 and (_doubled(x, y, start) or _doubled(y, x, start)):
        return "ending"
    for at in range(start, _BEGINNING - 2, -1):
        ends = tuple(sorted((x[at:], y[at:])))
        if ends in _ENDS and (at >= _BEGINNING or ends == ("e", "ing")):
            return None if {x, y} <= _APART else "ending"
    return None


def _doubled(x: str, y: str, start: int) -> bool:
    """Say whether ``y`` is ``x`` with its last letter doubled before an ending ("map", "mapping")."""
    return start == len(x) and y[start:] in (f"{x[-1]}ing", f"{x[-1]}ed")
