"""LaTeX and HTML in titles and abstracts, decoded once, at reading."""

import html
import re
from functools import cache, lru_cache
from typing import Any

from kg.text import clean, one_line

#: A tag, whose attributes have values: "if a<b and c>d" has none.
_TAG = re.compile(r"</?(?:jats:)?[A-Za-z][A-Za-z0-9:-]*(?:\s[^<>=]{1,60}=[^<>]{0,300})?\s?/?>")
#: Tags that stand for a break between words; others (sub, sup, i, b) stand within one.
_BREAKING = re.compile(
    r"</?(?:jats:)?(?:p|br|div|li|ul|ol|h\d|title|sec|abstracttext|tr|td|list|list-item|label)\b[^<>]{0,300}>",
    re.IGNORECASE,
)
#: HTML's own names; what else looks like a tag (``<UNK>``, ``<script>`` as a topic) is text.
_KNOWN_TAGS = frozenset(
    "p br div span b i em strong sub sup u li ul ol a tt small font h1 h2 h3 h4 h5 h6 title sec italic bold "
    "list list-item label inline-formula tex-math alternatives abstracttext math mml:math mi mo mn mrow msub msup "
    "mml:mi mml:mo mml:mn mml:mrow mml:msub mml:msup sc monospace underline".split()
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: A command of LaTeX with its arguments: a backslash and letters, or an accent and the letter below it.
_COMMAND = re.compile(
    r"\\(?:[cvuHkrbdt]\s*\{\\?[A-Za-z]+\}|[A-Za-z]+(?:\s?\{[^{}]{0,300}\}){0,2}|[\"'`^~=.]\s*(?:\{\\?[A-Za-z]+\}|\\?[A-Za-z]))"
)
#: A formula by Pandoc's rule (extension tex_math_dollars): nothing blank inside the dollar signs, no digit after them;
#: so the prices of "$5 and $10" and "$1M-$2M" are none. One with blanks inside has a sign that only formulas have.
_MATH = re.compile(
    r"(?<!\\)\$\$?(?:(?=\S)((?:[^$\\]|\\.){1,200}?)(?<!\s)\$\$?(?!\d)"
    r"|((?=\s[^$]{0,200}[\\^_(={])(?:[^$\\]|\\.){1,200}?)\$\$?)"
)
_WRAPPER = re.compile(
    r"\\(?:text(?:bf|it|sc|tt|rm|sf|sl|md|up|normal)?|emph|mathbf|mathrm|mathcal|mathbb|mathit|mathsf|mathtt|"
    r"operatorname|mbox|underline|href\{[^{}]*\}|url|boldsymbol|bm)\s*\{([^{}]*)\}"
)
#: What remains of ``{\"o}`` and ``{\bf word}`` when the command is gone.
_BRACED = re.compile(r"\{([^\x00-\x7f])\}")
_SWITCHED = re.compile(r"\{\\(?:bf|it|em|tt|rm|sc|sl|sf)(?:series|shape|family)?\s+([^{}]*)\}")
_ESCAPED = re.compile(r"\\([%&_#${}])")


#: LaTeX's unbreakable space between words ("Figure~3"); "~5" after a space means "about".
_TIED = re.compile(r"(?<=[\w.,;:)])~(?=[\w$\\(])")
_CITED = re.compile(r"~?\\(?:cite[a-z]*|ref|eqref|label|footnote)\*?(?:\[[^\]]{0,200}\])*\{[^{}]{0,1000}\}")


@cache
def _latex() -> Any:
    import logging

    from pylatexenc.latex2text import LatexNodes2Text

    # It warns of each formula that it cannot write in a line; those stay as they are.
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)

    return LatexNodes2Text(math_mode="text", strict_latex_spaces=False, keep_braced_groups=False)


def _without_tags(text: str) -> str:
    def replaced(found: re.Match[str]) -> str:
        name = re.sub(r"^</?(?:jats:)?", "", found.group(0)).split(">")[0].split()[0].rstrip("/").lower()
        if name not in _KNOWN_TAGS:
            return found.group(0)
        return " " if _BREAKING.fullmatch(found.group(0)) else ""

    return _TAG.sub(replaced, text) if "<" in text else text


def _without_latex(text: str) -> str:
    """Return ``text`` with LaTeX's commands as characters; formulas stay readable, what is no LaTeX stays as it is."""
    text = _CITED.sub("", text)
    text = _MATH.sub(lambda found: found.group(1) or found.group(2), text)
    text = _TIED.sub(" ", text)
    for _ in range(4):
        text, count = _WRAPPER.subn(r"\1", text)
        if not count:
            break
    text = _SWITCHED.sub(r"\1", text)
    text = _ESCAPED.sub(r"\1", text)
    if _COMMAND.search(text):
        text = _BRACED.sub(r"\1", _COMMAND.sub(_replaced, text))
    return text


def _replaced(found: re.Match[str]) -> str:
    r"""Return a command as text, apart from the letter before it where it is a word itself ("n\log n")."""
    converted = _converted(found.group(0))
    word = len(converted) > 1 and converted.isascii() and converted.isalpha()
    return " " + converted if word and found.string[max(0, found.start() - 1) : found.start()].isalnum() else converted


@lru_cache(maxsize=4096)
def _converted(command: str) -> str:
    """Return one command with its arguments as text; what the converter does not know or cannot take stays."""
    try:
        converted: str = _latex().latex_to_text(command)
    except (LookupError, ValueError, AttributeError, TypeError):
        return command
    return converted or ("" if command.endswith("}") else command)


def decode(text: str) -> str:
    r"""Return ``text`` as one line of plain characters: LaTeX, HTML's tags and entities decoded, once.

    >>> decode(r"Schr\"odinger &amp; co. reach $3.4\%$ on <i>CIFAR</i>-10 with \textbf{FedDAH}")
    'Schrödinger & co. reach 3.4% on CIFAR-10 with FedDAH'
    >>> decode("A cost of $5 and $10 <UNK> 50% & more")
    'A cost of $5 and $10 <UNK> 50% & more'
    """
    text = clean(text)
    if "<" in text:
        text = _without_tags(text)
    if "&" in text and _ENTITY.search(text):
        hidden = "&lt;" in text and _escaped_markup(text)
        text = _ENTITY.sub(lambda found: html.unescape(found.group(0)), text)
        text = _without_tags(text) if hidden else text
    if "\\" in text or "$" in text or "~" in text:
        text = _without_latex(text)
    return one_line(clean(text))


def _escaped_markup(text: str) -> bool:
    """Say whether entities hide HTML's own tags, as Crossref's abstracts do."""
    return bool(re.search(r"&lt;/?(?:jats:)?(?:p|i|b|sub|sup|em|title|sec|italic|bold)&gt;", text))
