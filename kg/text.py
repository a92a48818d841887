"""Pure functions from text to text: cleaning, keys for comparing names, slugs, digests, identifiers."""

import hashlib
import re
import unicodedata
from functools import lru_cache

#: Characters that no XML, Turtle or JSON consumer accepts in text: C0 and C1 controls but tab and line feed, and
#: the two non-characters at the end of the basic plane (XML 1.0, section 2.2).
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_WORD = re.compile(r"[^0-9a-z]+")
#: Signs at the end of a name that tell it from the name without them: C++, C#, A*.
_SIGNS = re.compile(r"(?<=\w)[+#]+(?!\w)|(?<=\b[a-z])\*(?!\w)")
_SIGN_WORDS = {"+": " plus", "#": " sharp", "*": " star"}
#: Names whose normal form is remembered: each is asked for several times when a graph is built.
_NAMES = 1_000_000
_SPACE = re.compile(r"\s+")

#: Old (``cs.CL/0102003``) and new (``2310.01234``) arXiv identifiers; the version is dropped
#: (https://info.arxiv.org/help/arxiv_identifier.html).
_ARXIV_NEW = re.compile(r"(?<![\d.])(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?:v\d+)?(?![\d])")
_ARXIV_OLD = re.compile(r"(?<![\w-])([a-z]+(?:-[a-z]+)?)(?:\.[A-Z]{2})?/(\d{7})(?:v\d+)?(?!\d)", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>{}|\\^`]+)", re.IGNORECASE)


def clean(text: str) -> str:
    r"""Return ``text`` without what breaks files: control characters and lone surrogates.

    A surrogate pair that stands for one character is joined; a lone surrogate becomes U+FFFD; line ends become
    ``\n``; control characters become a space. The result is in normal form C.

    >>> clean("a\x00b\r\nc")
    'a b\nc'
    >>> clean("x\ud800y") == "x\ufffdy"
    True
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", _FORBIDDEN.sub(" ", text))


def keep_length(text: str) -> str:
    r"""Return ``text`` with what breaks files replaced one for one, so that offsets into it stay true.

    >>> keep_length("a\x00b\ud800") == "a b\ufffd"
    True
    """
    return _SURROGATE.sub("\ufffd", _FORBIDDEN.sub(" ", text))


def one_line(text: str) -> str:
    r"""Return ``text`` with every run of white space as one space, and none at its ends.

    >>> one_line("  a\n b ")
    'a b'
    """
    return _SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents and compatibility forms.

    >>> fold("Schrödinger’s Ｃat")
    'schrodinger’s cat'
    """
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def lowered(text: str) -> str:
    """Return ``text`` in lower case letter for letter, so that offsets into it stay true.

    Expressions in small letters are found in it several times as quickly as by ignoring case.

    >>> lowered("ACHIEVES"), len(lowered("\u0130.")) == 2
    ('achieves', True)
    """
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def singular(word: str) -> str:
    """Return the singular of an English noun in lower case, by its ending alone.

    >>> [singular(w) for w in ("networks", "analyses", "studies", "loss", "bias", "corpus", "boxes", "llms")]
    ['network', 'analysis', 'study', 'loss', 'bias', 'corpus', 'box', 'llm']
    """
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is", "ias")):
        return word
    if word.endswith("yses"):
        return word[:-2] + "is"
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=_NAMES)
def normalise(surface: str) -> str:
    """Return the key under which spellings of one name meet: folded words, the last in the singular.

    Case, accents, hyphens, white space, punctuation and the plural do not count; signs that end a name do ("C++",
    "A*"). A name that has no Latin letter or digit keeps its folded characters.

    >>> normalise("Graph Neural-Networks") == normalise("graph neural network")
    True
    >>> normalise("CIFAR-10") == normalise("CIFAR-100"), normalise("SAM+") == normalise("SAM")
    (False, False)
    """
    folded = _SIGNS.sub(lambda found: "".join(_SIGN_WORDS[sign] for sign in found.group()), fold(surface))
    words = _NOT_WORD.sub(" ", folded).split()
    if not words:
        return one_line(folded)
    words[-1] = singular(words[-1])
    return " ".join(words)


def title_key(title: str) -> str:
    """Return the key under which one paper's titles meet: letters and digits of any script, folded.

    >>> title_key("Attention Is All You Need!") == title_key("attention is all you need")
    True
    """
    return "".join(c for c in fold(title) if c.isalnum())


def is_acronym(surface: str) -> bool:
    """Say whether ``surface`` has the shape of an acronym: one word, 2 to 12 characters, mostly capitals.

    >>> [is_acronym(s) for s in ("BERT", "LoRA", "LLMs", "CoT", "Adam", "GPT-4", "Bayesian")]
    [True, True, True, True, False, True, False]
    """
    if len(surface) > 13 or " " in surface:
        return False
    word = surface[:-1] if surface.endswith("s") and len(surface) > 2 else surface
    if not 2 <= len(word) <= 12:
        return False
    capitals = sum(c.isupper() for c in word)
    letters = sum(c.isalpha() for c in word)
    return capitals >= 2 and capitals * 2 >= letters


def slug(text: str, length: int = 60) -> str:
    """Return ``text`` as a path segment: folded words joined by hyphens, at most ``length`` characters.

    >>> slug("BERT: Pre-training of Deep Transformers")
    'bert-pre-training-of-deep-transformers'
    """
    joined = "-".join(_NOT_WORD.sub(" ", fold(text)).split())
    if len(joined) > length:
        joined = joined[:length].rsplit("-", 1)[0] if "-" in joined[:length] else joined[:length]
    return joined


def digest(*parts: str, length: int = 12) -> str:
    """Return the first ``length`` hexadecimal digits of the SHA-256 of ``parts``.

    Parts are length-prefixed, so that ("ab", "c") and ("a", "bc") differ.

    >>> digest("a", "b") == digest("ab")
    False
    """
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        sha.update(f"{len(data)}:".encode())
        sha.update(data)
    return sha.hexdigest()[:length]


def arxiv_id(value: str) -> str:
    """Return the arXiv identifier in ``value`` without its version, or ``""``.

    Any spelling is met: an identifier, ``arXiv:`` before it, the abstract's or the PDF's address, the DOI 10.48550.

    >>> arxiv_id("https://arxiv.org/pdf/2310.01234v2"), arxiv_id("10.48550/arXiv.2310.01234")
    ('2310.01234', '2310.01234')
    >>> arxiv_id("arXiv:cs.CL/0102003v1"), arxiv_id("10.1145/3292500.3330701")
    ('cs/0102003', '')
    """
    value = value.strip()
    inner = _ARXIV_DOI.search(value)
    if inner:
        value = inner.group(1)
    elif re.search(r"\b10\.\d{4,9}/", value):
        return ""
    if found := _ARXIV_NEW.search(value):
        return found.group(1)
    if found := _ARXIV_OLD.search(value):
        return f"{found.group(1).lower()}/{found.group(2)}"
    return ""


def doi(value: str) -> str:
    """Return the DOI in ``value`` in lower case, or ``""``; the DOIs that arXiv mints count as arXiv's, not here.

    >>> doi("https://doi.org/10.1145/3292500.3330701"), doi("doi:10.48550/arXiv.2310.01234")
    ('10.1145/3292500.3330701', '')
    """
    found = _DOI.search(value)
    if not found:
        return ""
    name = found.group(1).rstrip(".,;)").lower()
    return "" if _ARXIV_DOI.match(name) else name
