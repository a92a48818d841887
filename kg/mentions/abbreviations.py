"""Acronyms and what they stand for, found where the text defines them.

After Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text" (PSB 2003):
a short form in brackets is matched against the words before it, character by character from the right; the first
character must begin a word. Beyond the paper: the reversed order (``BERT (Bidirectional Encoder ...)``), plural short
forms (``LLMs``), letters that a digit repeats (``S3FT``), a word after the acronym (``PCB-Merging``), and a title of
the form ``NAME: Long Name`` or ``NAME: Long Name for a Purpose``.
"""

import re
from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc

from kg.words import words_of

#: Short forms have 2 to 12 characters, one of them a capital (the paper: 2 to 10; ``Text-CNN-LSTM`` is today's).
_BRACKETED = re.compile(r"\(\s*([^()]{2,160}?)\s*\)")
_SHORT = re.compile(r"(?=[\w\-./+]*[A-Z])[A-Za-z0-9][\w\-./+]{1,11}")
_TITLE = re.compile(r"^([A-Za-z0-9][\w\-+.]{1,11}):\s+(.{8,})$")
_WORD = re.compile(r"\S+")
#: What a name that goes by initials begins with.
_CAPITALS = re.compile(r"([A-Z]{3,8})s?(?![\w\-])")
_PART = re.compile(r"[^\W_]+")
#: Words that need no letter in a short form.
_LITTLE = frozenset("of for in on the a an to and with by from via using".split())
#: A letter and how often it stands there: S3FT is S, S, S, F, T.
_REPEATED = re.compile(r"([A-Za-z])([2-4])(?=[A-Z])")
#: A word after an acronym that its full form need not hold; those that tell versions and sizes apart are none.
_ADDED = re.compile(r"(?P<acronym>[A-Z][A-Za-z]*[A-Z])-(?!Base|Large|Small|Tiny|Mini|Medium|Huge)[A-Z][a-z]{2,}")
#: Where the name in a title ends and its purpose begins.
_PURPOSE = re.compile(r"\s+(?:for|of|with|in|via|to|on|from|through|by|using|towards)\s", re.IGNORECASE)


def _full_form(short: str, before: str) -> str | None:
    """Return the end of ``before`` that a short form stands for, with or without the word that it adds; or None."""
    added = _ADDED.fullmatch(short)
    return _long_form(short, before) or (_long_form(added["acronym"], before) if added else None)


def _long_form(short: str, before: str) -> str | None:
    """Return the end of ``before`` that ``short`` abbreviates, or None: section 3 of the paper."""
    core = short[:-1] if len(short) > 2 and short.endswith("s") and short[-2].isupper() else short
    at = _first_initial(core, before)
    if at is None and _REPEATED.search(core):
        at = _first_initial(_REPEATED.sub(lambda found: found[1] * int(found[2]), core), before)
    if at is None:
        at = _first_letter(core, before)
    if at is None:
        return None
    while at > 1 and before[at - 1] == "-" and before[at - 2].isalnum():
        at -= 2
        while at > 0 and before[at - 1].isalnum():
            at -= 1
    found = before[at:]
    words = _WORD.findall(found)
    # The paper's bound on the long form's length, and no long form that merely repeats the short one.
    if not 1 <= len(words) <= min(len(core) + 5, len(core) * 2) or len(found) <= len(short):
        return None
    if any(word.strip("()[],").rstrip("s") == core for word in words) or "(" in found:
        return None
    return found


def has_initials(short: str, full: str) -> bool:
    """Say whether a short form is the initials of all words of its full form but little ones.

    >>> has_initials("DNNs", "deep neural networks"), has_initials("COSMO", "confidence smoothing")
    (True, False)
    """
    return _first_initial(short.rstrip("s"), full) == 0


def find_initials(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return (short form, full form) of the names of one text that go by initials without being defined there.

    A name that begins with three or more capitals is the one other name, if there is just one, of which they are the
    initials before the same last words.

    >>> find_initials(["RSI understanding", "Remote Sensing Image Understanding", "GAN", "SSL"])
    [('RSI understanding', 'Remote Sensing Image Understanding')]
    """
    parts = {name: tuple(part.group().lower() for part in _PART.finditer(name)) for name in names}
    found = []
    for short, words in parts.items():
        capitals = _CAPITALS.match(short)
        if not capitals:
            continue
        rest = words[1:]
        fulls = {
            full: held
            for full, held in parts.items()
            if len(held) > len(words) and held[len(held) - len(rest) :] == rest and not _CAPITALS.match(full)
            and has_initials(capitals[1], " ".join(held[: len(held) - len(rest)]))
        }  # fmt: skip
        if len({tuple(word.rstrip("s") for word in held) for held in fulls.values()}) == 1:
            found.append((short, min(fulls)))
    return found


def _first_initial(core: str, before: str) -> int | None:
    """Return where the words begin, at the end of ``before``, whose initials are ``core``; little words may fall."""
    letters = [letter for letter in core.lower() if letter.isalnum()]
    for part in reversed(list(_PART.finditer(before))):
        if before[part.start()].lower() == letters[-1]:
            letters.pop()
        elif part.group().lower() not in _LITTLE:
            return None
        if not letters:
            return part.start()
    return None


def _first_letter(core: str, before: str) -> int | None:
    """Return where the letters of ``core`` begin, matched from the right: figure 1 of the paper."""
    at = len(before)
    for place in range(len(core) - 1, -1, -1):
        wanted = core[place].lower()
        if not wanted.isalnum():
            continue
        at -= 1
        while at >= 0 and (before[at].lower() != wanted or (place == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
    return at


def find_abbreviations(text: str) -> list[tuple[int, int, int, int]]:
    """Return (short start, short end, long start, long end) of each definition in ``text``, by place.

    >>> text = "We train large language models (LLMs) with DPO (direct preference optimization)."
    >>> [(text[a:b], text[c:d]) for a, b, c, d in find_abbreviations(text)]
    [('LLMs', 'large language models'), ('DPO', 'direct preference optimization')]
    """
    return sorted({*_bracketed(text), *_titled(text)})


def _bracketed(text: str) -> Iterator[tuple[int, int, int, int]]:
    for found in _BRACKETED.finditer(text):
        inside, start = found.group(1), found.start(1)
        first = re.split(r"[;,]|\s+or\s+", inside)[0].strip()
        if _SHORT.fullmatch(first):
            words = list(_WORD.finditer(text, max(0, found.start() - 200), found.start()))
            window = words[-min(len(first) + 5, len(first) * 2) :]
            if window:
                begin = window[0].start()
                before = text[begin : found.start()].rstrip()
                # A definition stays within its sentence.
                cut = max(before.rfind(". "), before.rfind("\n"), before.rfind("; ")) + 1
                long = _full_form(first, before[cut:])
                if long:
                    end = begin + len(before)
                    yield start, start + len(first), end - len(long), end
        else:
            # Reversed: the short form is the word before the brackets.
            short = re.search(r"([A-Za-z0-9][\w\-./+]{1,11})\s*$", text[: found.start()])
            if short and _SHORT.fullmatch(short.group(1)) and " " in inside:
                long = _full_form(short.group(1), inside)
                if long and len(long) == len(inside):
                    yield short.start(1), short.end(1), start, start + len(inside)


def _titled(text: str) -> Iterator[tuple[int, int, int, int]]:
    title = text.partition("\n\n")[0]
    found = _TITLE.match(title)
    if found and _SHORT.fullmatch(found.group(1)) and sum(c.isupper() for c in found.group(1)) > 1:
        rest = found.group(2)
        ends = [*(purpose.start() for purpose in _PURPOSE.finditer(rest)), len(rest)]
        # The shortest of these initials, or else that holds the letters: what comes behind is what the thing is for.
        ends.sort(key=lambda end: (_first_initial(found.group(1), rest[:end]) != 0, end))
        for end in ends:
            long = _long_form(found.group(1), rest[:end])
            if long and len(long) == end:
                yield found.start(1), found.end(1), found.start(2), found.start(2) + end
                return


@Language.factory("kg_abbreviations", assigns=["doc._.abbreviations"], retokenizes=False)
def create_abbreviations(nlp: Language, name: str) -> "Abbreviations":
    """Return the component: the factory that spaCy calls."""
    if not Doc.has_extension("abbreviations"):
        Doc.set_extension("abbreviations", default=[])
    return Abbreviations()


class Abbreviations:
    """Sets `doc._.abbreviations`: (short span, long span) of each definition."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the definitions in one document."""
        pairs = []
        for a, b, c, d in find_abbreviations(words_of(doc).text):
            short = doc.char_span(a, b, alignment_mode="expand")
            long = doc.char_span(c, d, alignment_mode="expand")
            if short is not None and long is not None:
                pairs.append((short, long))
        doc._.abbreviations = pairs
        return doc
