"""What a name says once its spelling is set aside: its words in order, written out, and the head that adds nothing."""

import re
from typing import NamedTuple

from kg.resolve.acronyms import Meanings, acronyms_of
from kg.resolve.keys import LITTLE, tokens, without_brackets
from kg.resolve.weights import light_words
from kg.resolve.words import begin, plain_word

#: Words after a name that add nothing to it, by kind; those of one group stand for each other.
HEADS: dict[str, tuple[frozenset[str], ...]] = {
    "Dataset": (frozenset("dataset benchmark corpus corpora suite leaderboard collection database data".split()),),
    "Method": (
        frozenset("method approach technique strategy algorithm scheme procedure mechanism process "
                  "structure operation".split()),
        frozenset("model architecture modeling".split()),
        frozenset("framework paradigm".split()),
        frozenset("pipeline module system optimizer network layer".split()),
    ),
    "Task": (frozenset("task problem challenge setting scenario".split()), frozenset("system application".split()),
             frozenset("ability capability".split())),
    "Metric": (frozenset("score metric measure value rate".split()),),
}  # fmt: skip
#: Heads that make a thing of a plain word, if that is one of these ("language model"), or a measure of any; ...
_MAKING = frozenset("model modeling architecture framework process structure operation system application".split())
_PLAIN = frozenset(
    "language world reward value policy graph topic vision video image text speech audio foundation base large small "
    "teacher student expert draft target prior task data knowledge causal statistical linear neural deep generative "
    "hidden mental agent code time memory learning training inference reasoning "
    "gaussian markov bayesian pretraining finetuning".split()
)
_MEASURING = frozenset("value rate measure".split())
#: ... and heads that make one of any words but a proper name.
_BUILDING = frozenset("pipeline module optimizer network layer".split())
#: Optimizers by name: "Adam" is the "Adam optimizer".
_OPTIMIZERS = frozenset("adam adamw adamax adagrad adadelta adafactor rmsprop sgd muon lion lamb lars shampoo sophia "
                        "soap kfac lbfgs".split())  # fmt: skip
_ARTICLES = frozenset(("the", "a", "an", "and"))
#: Who made it: may be left out before a proper name.
_MAKERS = frozenset("openai google meta anthropic microsoft nvidia alibaba deepmind facebook ibm".split())
#: Parts of words that are printed with and without a hyphen or space after them.
_PREFIXES = frozenset(
    "multi pre non semi co re sub super hyper post auto meta inter intra cross un anti micro macro bi uni mono poly "
    "over under fine few".split()
)
_PROPER = re.compile(r"[A-Z].*[A-Z0-9]|\d")
_INSIDE = re.compile(r"[A-Z]{2}|[a-z][A-Z]|^[A-Z]-|\d")
#: Words that readers leave out before these: of "machine translation" all speak as of translation.
_LIGHT = frozenset((("machine", "translation"), ("machine", "unlearning"), ("catastrophic", "forgetting"),
                    ("model", "finetuning"), ("data", "augmentation"), ("knowledge", "distillation")))  # fmt: skip
#: Networks are neural where they are called so (not Bayesian or social ones, say).
_NEURAL = frozenset(
    "deep convolutional recurrent feedforward overparameterized overparametrized shallow spiking".split()
)
#: Machines do most tasks: "automated" is left out of them, but for what people do as well.
_AUTOMATIC = frozenset(("automatic", "automated"))
_MAYBE_LIGHT = _AUTOMATIC | {before for before, _ in _LIGHT} | {"neural"}
_BY_HAND = frozenset(("evaluation", "differentiation", "annotation", "learning"))
#: What is made of a name ("LLM-based agents" are LLM agents): stands between words without adding to them.
_BASED = frozenset(("based", "family"))
#: Names of the form "x of y" that are one word where they stand before others ("mixture-of-experts layer"): those that
#: a hundred thousand abstracts print with hyphens, by their first word and, where that says too little, by both.
_OF_ANY = frozenset("chain mixture tree graph bag out best proof theory internet program product".split())
_OF = frozenset(
    tuple(pair.split("/"))
    for pair in (
        "line/sight part/speech field/view region/interest time/flight point/care level/detail order/magnitude "
        "degree/freedom depth/field point/interest quality/service angle/arrival denial/service goodness/fit "
        "center/mass value/information direction/arrival state/charge state/health sum/square set/mark cause/death "
        "standard/care group/picture end/sequence state/art"
    ).split(" ")
)
#: Words that are one thing together: a "vision-language-action model" acts, and is no language model.
_TOGETHER = (("vision", "language", "action"),)
#: Words without one of which nothing is joined.
_JOINING = _PREFIXES | {"of"} | {some[0] for some in _TOGETHER}
#: What a chain or tree of thoughts is for: adds nothing to it.
_THOUGHT, _THINKING = "ofthought", frozenset(("prompting", "prompt", "reasoning", "technique", "method", "strategy"))


class Shape(NamedTuple):
    """A name's words: `full` written out, `core` also in head-last order, without head word and maker.

    `turned` tells that the order is not the printed one, `bare` that the name is an acronym and nothing else: what such
    a one means is not decided by its shape. `based` tells that "based" was left out, `out` that acronyms were written
    out, `proper` that the name begins with a proper name; `light` is a word that was left out.
    """

    full: tuple[str, ...]
    core: tuple[str, ...]
    head: str
    maker: str
    turned: bool
    bare: bool
    based: bool = False
    out: bool = False
    proper: bool = False
    light: str = ""

    @property
    def block(self) -> str:
        """The key of the block that all names of these words share, in any order, with any endings."""
        return " ".join(sorted(begin(word) for word in self.core))

    @property
    def blocks(self) -> tuple[str, ...]:
        """The keys of the blocks: names that share none are never compared.

        The second, of a name whose last word may add nothing, is the block of the name without it.
        """
        if len(self.core) > 1 and self.core[-1] in light_words():
            return self.block, " ".join(sorted(begin(word) for word in self.core[:-1]))
        return (self.block,)

    @property
    def narrow_block(self) -> str:
        """The key within a block that holds too many: the same words, in any order."""
        return " ".join(sorted(plain_word(word) for word in self.core))


def find_shape(name: str, kind: str, meanings: Meanings) -> Shape:
    """Return the shape of a name of a kind."""
    words = tokens(name)
    full = meanings.write_out(words, acronyms_of(name))
    joined = _joined(full)
    core, turned = _head_last(joined)
    based = len(core) > 2 and not _BASED.isdisjoint(core[1:-1])
    if based:
        core = tuple(word for place, word in enumerate(core) if word not in _BASED or place in (0, len(core) - 1))
    core, light = _without_light(core, kind)
    head = maker = ""
    groups = HEADS.get(kind, ())
    if len(core) > 1 and any(core[-1] in group for group in groups):
        rest = core[:-1]
        one = len(rest) == 1
        plain = core[-1] in _BUILDING or (
            one and (core[-1] in _MEASURING or (core[-1] in _MAKING and rest[0] in _PLAIN))
        )
        if not plain or _is_proper(name) or (core[-1] == "optimizer" and one and rest[0] in _OPTIMIZERS):
            core, head = rest, core[-1]
    elif len(core) > 1 and core[-2].endswith(_THOUGHT) and core[-1] in _THINKING:
        core, head = core[:-1], core[-1]
    if len(core) > 1 and core[0] in _MAKERS and _PROPER.search(" ".join(without_brackets(name)[0].split()[1:])):
        core, maker = core[1:], core[0]
    return Shape(
        full=joined,
        core=core,
        head=head,
        maker=maker,
        turned=turned,
        bare=len(words) == 1 < len(full),
        based=based,
        out=full != words,
        proper=bool(name.strip()) and _is_proper(name),
        light=light,
    )


def _joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words with prefixes set before what they belong to ("multi-modal" is "multimodal"), and compounds.

    >>> _joined(("sparse", "mixture", "of", "expert", "layer"))
    ('sparse', 'mixtureofexpert', 'layer')
    """
    if _JOINING.isdisjoint(words):
        return words
    found: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        if words[place + 1 : place + 2] == ("of",) and place + 2 < len(words):
            after = place + 3 if words[place + 2] == "the" and place + 3 < len(words) else place + 2
            if (word in _OF_ANY or (word, words[after]) in _OF) and words[after][0].isalpha():
                found.append(f"{word}of{words[after]}")
                place = after + 1
                continue
        if together := next((some for some in _TOGETHER if words[place : place + len(some)] == some), None):
            found.append("".join(together))
            place += len(together)
            continue
        if found and found[-1] in _PREFIXES and word[0].isalpha():
            found[-1] += word
        else:
            found.append(word)
        place += 1
    return tuple(found)


def _without_light(core: tuple[str, ...], kind: str) -> tuple[tuple[str, ...], str]:
    """Return the words without the first that readers leave out, and that word."""
    if _MAYBE_LIGHT.isdisjoint(core):
        return core, ""
    for place, word in enumerate(core[:-1]):
        by_machine = kind == "Task" and word in _AUTOMATIC and place == 0 and len(core) > 2
        neural = word == "neural" and core[place + 1] == "network" and core[max(0, place - 1)] in _NEURAL
        if neural or (word, core[place + 1]) in _LIGHT or (by_machine and core[-1] not in _BY_HAND):
            return (*core[:place], *core[place + 1 :]), word
    return core, ""


def _is_proper(name: str) -> bool:
    """Say whether a name begins with a proper name by its capitals: "U-Net", "ARCL", not "Retrieval-Augmented"."""
    return bool(_INSIDE.search(name.split()[0]))


def _head_last(words: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """Return "classification of images" as "image classification", and whether it was turned; little words fall."""
    for place, word in enumerate(words) if "of" in words or "for" in words else ():
        if word in ("of", "for") and 0 < place < len(words) - 1:
            before, after = words[:place], words[place + 1 :]
            if not (set(before) | set(after)) & LITTLE - _ARTICLES:
                kept = tuple(w for w in after[:-1] if w not in _ARTICLES)
                return (*kept, after[-1], *before), True
    if "to" in words or "from" in words or _ARTICLES.isdisjoint(words[1:-1]):
        return words, False
    # An article stands between words; the "A" of "GRPO-A" is none.
    inner = (w for w in words[1:-1] if w not in _ARTICLES)
    return (*words[:1], *inner, *words[1:][-1:]), False
