"""What a name says once its spelling is set aside: its words in order, written out, and the head that adds nothing.

Names whose shapes differ only in ways that do not change what is meant are one thing; `find_reason` says in which.
The lists were read off the names that annotators gave one entity of one abstract (issue 4 tells of the counts).
"""

import dataclasses
import re

from kg.resolve.acronyms import Meanings, acronyms_of
from kg.resolve.keys import LITTLE, tokens, without_brackets

#: Words after a name that add nothing to it, by kind; those of one group stand for each other.
_HEADS: dict[str, tuple[frozenset[str], ...]] = {
    "Dataset": (frozenset("dataset benchmark corpus corpora suite leaderboard collection database data".split()),),
    "Method": (
        frozenset("method approach technique strategy algorithm scheme procedure mechanism process "
                  "structure operation".split()),
        frozenset("model architecture".split()),
        frozenset("framework paradigm".split()),
        frozenset("pipeline module system optimizer network layer".split()),
    ),
    "Task": (frozenset("task problem challenge setting scenario".split()), frozenset("system application".split()),
             frozenset("ability capability".split())),
    "Metric": (frozenset("score metric measure value rate".split()),),
}  # fmt: skip
#: Heads that make a thing of a plain word, if that is one of these ("language model"), or a measure of any; ...
_MAKING = frozenset("model architecture framework process structure operation system application".split())
_PLAIN = frozenset(
    "language world reward value policy graph topic vision video image text speech audio foundation base large small "
    "teacher student expert draft target prior task data knowledge causal statistical linear neural deep generative "
    "hidden mental agent code time memory learning training inference reasoning "
    "gaussian markov bayesian pretraining finetuning".split()
)
_MEASURING = frozenset("value rate measure".split())
#: ... and heads that make one of any words but a proper name.
_BUILDING = frozenset("pipeline module optimizer network layer".split())
_ARTICLES = frozenset(("the", "a", "an", "and"))
#: Who made it: may be left out before a proper name.
_MAKERS = frozenset("openai google meta anthropic microsoft nvidia alibaba deepmind facebook ibm".split())
#: Words that annotators take for each other in names of one kind -> the one that stands for both.
_ALIKE = {
    "synthesis": "generation", "forecasting": "prediction", "visual": "vision", "mathematical": "math",
    "mathematics": "math", "automated": "automatic", "comprehension": "understanding", "factual": "fact",
    "maritime": "marine", "robotic": "robot", "robotics": "robot",
    "facial": "face", "net": "network", "photograph": "photo", "detecting": "detection", "identification": "id",
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
#: Parts of words that are printed with and without a hyphen or space after them.
_PREFIXES = frozenset(
    "multi pre non semi co re sub super hyper post auto meta inter intra cross un anti micro macro bi uni mono poly "
    "over under fine few".split()
)
_PROPER = re.compile(r"[A-Z].*[A-Z0-9]|\d")
_INSIDE = re.compile(r"[A-Z]{2}|[a-z][A-Z]|^[A-Z]-|\d")
#: What each way of differing leaves of the score, by how often it parts names of one thing from others in the readings.
_WRITTEN_OUT, _ORDER, _HEAD, _FAR_HEAD, _MAKER, _ENDING, _SYNONYM = 0.97, 0.95, 0.96, 0.92, 0.96, 0.945, 0.93


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """A name's words: `full` written out, `core` also in head-last order, without head word and maker.

    `turned` tells that the order is not the printed one, `bare` that the name is an acronym and nothing else: what such
    a one means is not decided by its shape.
    """

    full: tuple[str, ...]
    core: tuple[str, ...]
    head: str
    maker: str
    turned: bool
    bare: bool

    @property
    def block(self) -> str:
        """The key of the block: names of other blocks are never compared."""
        return " ".join(sorted(_END.sub("", _ALIKE.get(word, word))[:_BEGINNING] for word in self.core))

    @property
    def narrow_block(self) -> str:
        """The key within a block that holds too many: the same words, in any order."""
        return " ".join(sorted(_ALIKE.get(word, word) for word in self.core))


def find_shape(name: str, kind: str, meanings: Meanings) -> Shape:
    """Return the shape of a name of a kind."""
    words = tokens(name)
    full = meanings.write_out(words, acronyms_of(name))
    core, turned = _head_last(_joined(full))
    head = maker = ""
    groups = _HEADS.get(kind, ())
    if len(core) > 1 and any(core[-1] in group for group in groups):
        rest = core[:-1]
        one = len(rest) == 1
        plain = core[-1] in _BUILDING or (
            one and (core[-1] in _MEASURING or (core[-1] in _MAKING and rest[0] in _PLAIN))
        )
        if not plain or _is_proper(name):
            core, head = rest, core[-1]
    if len(core) > 1 and core[0] in _MAKERS and _PROPER.search(" ".join(without_brackets(name)[0].split()[1:])):
        core, maker = core[1:], core[0]
    return Shape(full=_joined(full), core=core, head=head, maker=maker, turned=turned, bare=len(words) == 1 < len(full))


def _joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words with prefixes set before what they belong to ("multi-modal" is "multimodal")."""
    found: list[str] = []
    for word in words:
        if found and found[-1] in _PREFIXES and word[0].isalpha():
            found[-1] += word
        else:
            found.append(word)
    return tuple(found)


def _is_proper(name: str) -> bool:
    """Say whether a name begins with a proper name by its capitals: "U-Net", "ARCL", not "Retrieval-Augmented"."""
    return bool(_INSIDE.search(name.split()[0]))


def _head_last(words: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Return "classification of images" as "image classification", and whether it was turned; little words fall."""
    for place, word in enumerate(words):
        if word in ("of", "for") and 0 < place < len(words) - 1:
            before, after = words[:place], words[place + 1 :]
            if not (set(before) | set(after)) & LITTLE - _ARTICLES:
                kept = tuple(w for w in after[:-1] if w not in _ARTICLES)
                return (*kept, after[-1], *before), True
    if {"to", "from"} & set(words):
        return words, False
    # An article stands between words; the "A" of "GRPO-A" is none.
    inner = (w for w in words[1:-1] if w not in _ARTICLES)
    return (*words[:1], *inner, *words[1:][-1:]), False


def _alike(x: str, y: str) -> tuple[float, str] | None:
    if x == y:
        return 1.0, ""
    if _ALIKE.get(x, x) == _ALIKE.get(y, y):
        return _SYNONYM, f"'{x}' is '{y}'"
    start = 0
    while start < min(len(x), len(y)) and x[start] == y[start]:
        start += 1
    # An end may begin with letters that both words share: "generat-e", "generat-ion".
    if start >= _BEGINNING - 1 and (_doubled(x, y, start) or _doubled(y, x, start)):
        return _ENDING, f"'{x}' is '{y}' with another ending"
    for at in range(start, _BEGINNING - 2, -1):
        ends = tuple(sorted((x[at:], y[at:])))
        if ends in _ENDS and (at >= _BEGINNING or ends == ("e", "ing")):
            return None if {x, y} <= _APART else (_ENDING, f"'{x}' is '{y}' with another ending")
    return None


def _doubled(x: str, y: str, start: int) -> bool:
    """Say whether ``y`` is ``x`` with its last letter doubled before an ending ("map", "mapping")."""
    return start == len(x) and y[start:] in (f"{x[-1]}ing", f"{x[-1]}ed")


def find_reason(a: Shape, b: Shape, kind: str) -> tuple[float, str] | None:
    """Return score and reason for two names of one kind being one thing, or None where their shapes forbid it."""
    if (a.maker and b.maker and a.maker != b.maker) or (a.bare != b.bare and not a.head and not b.head):
        return None
    groups = _HEADS.get(kind, ())
    far = a.head and b.head and not any({a.head, b.head} <= group for group in groups)
    # Of one plain word too many things are made: a "language model" is no "language framework".
    if far and len(a.core) < 2:
        return None
    score, reasons = 1.0, []
    first, second = a.core, b.core
    if len(first) != len(second):
        return None
    matched = [_alike(x, y) for x, y in zip(first, second, strict=True)]
    if any(found is None for found in matched):
        ordered = _reordered(a, b)
        if ordered is None:
            return None
        matched = ordered
        score *= _ORDER
        reasons.append("the same words in another order")
    elif a.turned != b.turned:
        score *= _ORDER
        reasons.append("the same words in another order")
    for found in matched:
        if found and found[1]:
            # What another ending and another head make together is another thing: "training", "trained models".
            if a.head != b.head and found[0] == _ENDING:
                return None
            score *= found[0]
            reasons.append(found[1])
    if a.head != b.head:
        score *= _FAR_HEAD if far else _HEAD
        reasons.append(f"'{a.head or b.head}' adds nothing" if not (a.head and b.head) else f"'{a.head}' is '{b.head}'")
    if a.maker != b.maker:
        score *= _MAKER
        reasons.append(f"'{a.maker or b.maker}' made it")
    if not reasons:
        score *= _WRITTEN_OUT
        reasons.append("the same with acronyms written out")
    return round(score, 4), "; ".join(reasons)


def _reordered(a: Shape, b: Shape) -> list[tuple[float, str] | None] | None:
    """Match the words of two names in any order, where that cannot turn the meaning round.

    The head stays the head, and there are words enough that the others qualify it each by itself: "deep hierarchical
    reinforcement learning", but not "text to image" and "image to text".
    """
    if {"to", "from"} & (set(a.core) | set(b.core)) or sorted(a.core) != sorted(b.core):
        return None
    if len(a.core) < 3 or a.core[-1] != b.core[-1] or any(word[0].isdigit() for word in a.core):
        return None
    return [(1.0, "")] * len(a.core)
