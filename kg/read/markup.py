"""LaTeX and HTML in titles and abstracts, decoded once, at reading."""

import html
import re
from functools import cache, lru_cache
from typing import Any

from kg.text import clean, one_line

_TAG = re.compile(r"</?(?:jats:)?[A-Za-z][A-Za-z0-9:-]*(?:\s[^<>]{0,300})?/?>")
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
_MATH = re.compile(r"(?<!\\)\$\$?([^$]{1,200}?)\$\$?")
_WRAPPER = re.compile(
    r"\\(?:text(?:bf|it|sc|tt|rm|sf|sl|md|up|normal)?|emph|mathbf|mathrm|mathcal|mathbb|mathit|mathsf|mathtt|"
    r"operatorname|mbox|underline|href\{[^{}]*\}|url|boldsymbol|bm)\s*\{([^{}]*)\}"
)
_ESCAPED = re.compile(r"\\([%&_#${}])")


#: LaTeX's unbreakable space between words ("Figure~3"); "~5" after a space means "about".
_TIED = re.compile(r"(?<=[\w.,;:)])~(?=[\w$\\(])")
_CITED = re.compile(r"~?\\(?:cite[a-z]*|ref|eqref|label|footnote)\*?(?:\[[^\]]*\])*\{[^{}]*\}")


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
    text = _TIED.sub(" ", text)
    for _ in range(4):
        text, count = _WRAPPER.subn(r"\1", text)
        if not count:
            break
    text = _ESCAPED.sub(r"\1", text)
    if _COMMAND.search(text):
        text = _COMMAND.sub(lambda found: _converted(found.group(0)), text)
    # The dollar signs of a formula go ("$n$", "$3.4%$"), not those of prices ("$5 and $10").
    return _MATH.sub(lambda m: m.group(0) if re.match(r"\d[\d,.]*\s+\w", m.group(1)) else m.group(1), text)


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
        text = _without_tags(html.unescape(text)) if "&lt;" in text and _escaped_markup(text) else html.unescape(text)
    if "\\" in text or "$" in text or "~" in text:
        text = _without_latex(text)
    return one_line(clean(text))


def _escaped_markup(text: str) -> bool:
    """Say whether entities hide HTML's own tags, as Crossref's abstracts do."""
    return bool(re.search(r"&lt;/?(?:jats:)?(?:p|i|b|sub|sup|em|title|sec|italic|bold)&gt;", text))
