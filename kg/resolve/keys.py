"""Normal forms of names for resolution: what spellings of one name have in common."""

import re
from functools import lru_cache
from itertools import pairwise

from kg.text import fold, is_acronym, singular

#: Little words: they may be left out of an acronym, and join a head to what it is about.
LITTLE = frozenset("of for in on the a an to and with by from via using".split())
#: The plural of an acronym: its "s" is no letter of it.
_PLURAL = re.compile(r"\b([A-Z][A-Z0-9]*[A-Z0-9])s\b")
#: "Alzheimer's disease" is Alzheimer disease.
_POSSESSIVE = re.compile(r"(?<=\w\w)['\u2019]s\b")
#: "three-dimensional" is 3D.
_DIMENSIONAL = re.compile(r"\b(two|three|four|[234])[- ]dimensional\b", re.IGNORECASE)
_DIMENSIONS = {"two": "2", "three": "3", "four": "4"}
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
#: Words in capitals that end in one: their "S" is no plural ("CLIPS" is not "CLIP").
_CAPITALS = re.compile(r"\b[A-Z][A-Z0-9]*S\b")
#: Letters, numbers, and signs that tell versions apart ("SAM+", "A*").
_TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)*|[^\W\d_]+|(?<=\w)[+#]+(?!\w)|(?<=\w)@(?=\w)|(?<=\b[a-z])\*(?!\w)")
#: Letters of an acronym that is known by the words before it.
_SPELLED = 3
#: Names whose words are remembered: each is asked for a dozen times in one resolution.
_NAMES = 2_000_000
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


def without_brackets(name: str) -> tuple[str, str]:
    """Return a name without the acronym that it gives in brackets, and that acronym; as it is, and "", without one.

    >>> without_brackets("Key-Value (KV) Cache"), without_brackets("GPT-4 (vision)")
    (('Key-Value Cache', 'KV'), ('GPT-4 (vision)', ''))
    >>> without_brackets("BERT (Bidirectional Encoder Representations from Transformers)")
    ('Bidirectional Encoder Representations from Transformers', 'BERT')
    """
    if "(" not in name:
        return _without_bare(name)
    for found in _BRACKETS.finditer(name):
        before, inside = name[: found.start()].strip(), found.group(1).strip()
        rest = f"{before} {name[found.end() :].strip()}".strip()
        if any(c.isalnum() for c in before) and is_acronym(inside) and not is_acronym(before):
            return rest, inside
        if is_acronym(before) and " " in inside and rest == before:
            return inside, before
    return name, ""


def _without_bare(name: str) -> tuple[str, str]:
    """Return a name without an acronym that stands, its brackets lost, behind the words whose initials it is.

    >>> _without_bare("quartz lattice annealing QLA sampler"), _without_bare("graph LLM agents")
    (('quartz lattice annealing sampler', 'QLA'), ('graph LLM agents', ''))
    """
    if name.islower():
        return name, ""
    parts = name.split()
    for place, part in enumerate(parts):
        if place >= _SPELLED <= len(part) and part.isupper() and part.isalpha():
            letters = [word[0].upper() for word in re.split(r"[\s-]+", " ".join(parts[:place])) if word]
            if "".join(letters).endswith(part):
                return " ".join([*parts[:place], *parts[place + 1 :]]), part
    return name, ""


@lru_cache(maxsize=_NAMES)
def tokens(name: str) -> tuple[str, ...]:
    """Return the words and numbers of a name, normalised.

    >>> tokens("GPT-4 Models"), tokens("CIFAR10"), tokens("LMs"), tokens("Kendall's tau")
    (('gpt', '4', 'model'), ('cifar', '10'), ('lm',), ('kendall', 'tau'))
    """
    if "imensional" in name:
        name = _DIMENSIONAL.sub(lambda found: f"{_DIMENSIONS.get(found[1].lower(), found[1])}D", name)
    printed = without_brackets(name)[0]
    # Most names are in small letters, and have neither.
    plain = printed.islower()
    if not plain:
        printed = _PLURAL.sub(r"\1", printed)
    if "'" in printed or "\u2019" in printed:
        printed = _POSSESSIVE.sub("", printed)
    found = _TOKEN.findall(fold(printed))
    kept = {fold(word) for word in _CAPITALS.findall(printed)} if not plain and "S" in printed else ()
    return tuple([token if token in kept else word_key(token) for token in found])


@lru_cache(maxsize=_NAMES)
def name_key(name: str) -> str:
    """Return the key under which spellings meet: hyphens, spaces, case, plural and British spelling do not count.

    >>> name_key("pre-training") == name_key("Pretraining"), name_key("GPT4") == name_key("GPT-4")
    (True, True)
    >>> name_key("SAM+") == name_key("SAM"), name_key("CLIPS") == name_key("CLIP"), name_key("R@3") == name_key("R3")
    (False, False, False)
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
