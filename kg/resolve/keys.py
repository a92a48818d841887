"""Normal forms of names for resolution: what spellings of one name have in common."""

import re
from functools import lru_cache
from itertools import pairwise

from kg.text import fold, singular

_TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)*|[^\W\d_]+")
#: British spellings -> American, by ending; the stems before them are long enough not to be words of their own.
_SPELLINGS = (
    (re.compile(r"(?<=.{3})is(e|ed|er|es|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"(?<=.{3})our(s|ed|ing|al|ally)?$"), r"or\1"),
    (re.compile(r"(?<=.{3})ll(ed|ing|er)$"), r"l\1"),
    (re.compile(r"(?<=.{3})yse(d|r|s)?$"), r"yze\1"),
)
#: Words that end like British spellings and are none.
_NO_SPELLINGS = frozenset(
    "precise noise otherwise concise exercise expertise likewise enterprise raise rise wise advise revise devise "
    "supervise supervised unsupervised promise compromise premise surprise disguise four hour your pour tour "
    "call called calling fill filled filling pull pulled pulling pool roll rolled rolling rolled spell spelling "
    "selling telling small smaller taller controller".split()
)
#: A word of these after a name adds nothing to it, by kind ("Adam optimizer", "BLEU score", "MMLU benchmark").
HEADS: dict[str, frozenset[str]] = {
    "Dataset": frozenset("dataset datasets benchmark benchmarks corpus corpora suite leaderboard".split()),
    "Method": frozenset("model models algorithm algorithms method methods framework architecture approach technique "
                        "optimizer optimiser procedure network networks".split()),
    "Task": frozenset("task tasks problem problems".split()),
    "Metric": frozenset("score scores metric metrics measure measures value values".split()),
}  # fmt: skip


@lru_cache(maxsize=200_000)
def word_key(word: str) -> str:
    """Return a word in lower case, in the singular and in American spelling.

    >>> word_key("generalisation"), word_key("modelling"), word_key("networks"), word_key("noise")
    ('generalization', 'modeling', 'network', 'noise')
    """
    word = singular(word)
    if word in _NO_SPELLINGS:
        return word
    for pattern, replacement in _SPELLINGS:
        changed, count = pattern.subn(replacement, word)
        if count:
            return changed
    return word


def tokens(name: str) -> tuple[str, ...]:
    """Return the words and numbers of a name, normalised.

    >>> tokens("GPT-4 Models"), tokens("CIFAR10")
    (('gpt', '4', 'model'), ('cifar', '10'))
    """
    return tuple(word_key(token) for token in _TOKEN.findall(fold(name)))


def name_key(name: str) -> str:
    """Return the key under which spellings meet: hyphens, spaces, case, plural and British spelling do not count.

    >>> name_key("pre-training") == name_key("Pretraining"), name_key("GPT4") == name_key("GPT-4")
    (True, True)
    >>> name_key("GPT-3.5") == name_key("GPT-35")
    False
    """
    found = tokens(name)
    if not found:
        return fold(name).strip()
    # Between two numbers a bar stays: "3 5" is not "35".
    key = found[0]
    for before, after in pairwise(found):
        key += f"|{after}" if before[-1].isdigit() and after[0].isdigit() else after
    return key


def without_head(name: str, kind: str) -> str | None:
    """Return a name without a head word that adds nothing, where what is left is a proper name; else None.

    >>> without_head("BLEU score", "Metric"), without_head("ImageNet dataset", "Dataset")
    ('BLEU', 'ImageNet')
    >>> without_head("language model", "Method") is None
    True
    """
    words = re.split(r"[\s]+", name.strip())
    if len(words) < 2 or words[-1].lower() not in HEADS.get(kind, frozenset()):
        return None
    rest = words[:-1]
    # What is left names something by itself: capitals inside, or digits, not just a capital that begins a phrase.
    telling = any(any(c.isupper() for c in w[1:]) or any(c.isdigit() for c in w) for w in rest)
    proper = len(rest) == 1 and rest[0][:1].isupper() and kind in ("Dataset", "Metric", "Method") and rest[0].isalpha()
    return " ".join(rest) if telling or (proper and rest[0].lower() not in _PLAIN) else None


#: Capitalised words before a head that are adjectives or nouns of the language, not names.
_PLAIN = frozenset(
    "language diffusion neural generative foundation reward world vision graph video image text speech audio latent "
    "linear deep large small base reasoning retrieval attention embedding mixture encoder decoder teacher student "
    "training test evaluation public synthetic real medical clinical benchmark question human user optimization "
    "learning search sampling planning scoring detection gaussian bayesian markov causal hidden hybrid adversarial "
    "convolutional recurrent residual sequential statistical probabilistic evolutionary genetic greedy iterative "
    "quality similarity accuracy error loss risk confidence distance frequency rating overall mean".split()
)
