"""What is wrong with a query, where, and the line with a caret under the place."""

import re
import unicodedata

from kg.errors import QueryError
from kg.vocab import PREFIXES

#: pyoxigraph's own words: ``error at LINE:COLUMN: what``.
_PLACED = re.compile(
    r"(?:error|Parser error) at (?:line )?(\d+)(?::| column )(\d+)(?: and line .*?)?:\s*(.*)", re.DOTALL
)
#: What a parser lists as possible next and no person asks for: character classes and "any white space".
_NOISE = re.compile(r"\[[^\]]*\]|'[^']*'\s*\.\.=?\s*'[^']*'")
#: Characters of the query, and of what the parser expected, that a message shows.
_NEAR = 40
#: Keywords that the parser tries wherever a pattern may begin, longer than any other word that it may be looking at.
_LONGEST = ("OPTIONAL", "LATERAL", "SERVICE")
#: More blanks than SPARQL's longest keyword has letters (ENCODE_FOR_URI).
_GAP = 24
_TOLD = 200
#: Characters of a line that are shown on either side of the place.
_SHOWN = 60
_SURROGATE = re.compile("[\ud800-\udfff]")
#: Strings and IRIs, as a regular expression (SPARQL 1.1, section 19.8).
STRING_OR_IRI = (
    r'"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""|\'\'\'(?:(?:\'|\'\')?(?:[^\'\\]|\\.))*\'\'\''
    r'|"(?:[^"\\\n\r]|\\.)*"|\'(?:[^\'\\\n\r]|\\.)*\'|<[^<>"{}|^`\\\x00-\x20]*>'
)
#: Everything in a query that is no keyword: these, comments, escapes in names.
_HIDDEN = re.compile(rf"\\.|{STRING_OR_IRI}|#[^\n\r]*", re.DOTALL)
#: What may stand before a query's first word (SPARQL 1.1, rule Prologue), once IRIs and comments are blank.
_PROLOGUE = re.compile(r"\s*(?:(?:PREFIX\s+[^\s:]*:|BASE)\s*)*", re.IGNORECASE)
_VERBS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_SERVICE = re.compile(r"(?<![\w?$:.-])SERVICE(?![\w:-])", re.IGNORECASE)


def _pointed(sparql: str, at: int, called: str, told: str) -> str:
    """Return ``query:LINE:COLUMN: told`` of a character, both from 1, with its line and a caret under the place."""
    before = sparql.rfind("\n", 0, at) + 1
    behind = sparql.find("\n", at)
    line = sparql[before : behind if behind >= 0 else len(sparql)].rstrip("\r")
    column = at - before
    start = max(0, column - _SHOWN) if len(line) > 2 * _SHOWN else 0
    shown = line[start : start + 2 * _SHOWN]
    # What a terminal would obey is shown as a blank; a tab stays one, so that the caret stands below its place.
    clean = "".join(" " if character != "\t" and unicodedata.category(character)[0] == "C" else character
                    for character in shown)  # fmt: skip
    under = "".join("\t" if character == "\t" else " " * _width(character) for character in clean[: column - start])
    place = f"{called}:{sparql.count(chr(10), 0, at) + 1}:{column + 1}:"
    return f"{place} {told}\n    {clean.rstrip()}\n    {under}^"


def _width(character: str) -> int:
    """Return the cells that a terminal gives a character (Unicode Standard Annex 11)."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _blanked(sparql: str) -> str:
    """Return a query with blanks for its strings, IRIs and comments, line ends kept."""
    return _HIDDEN.sub(lambda hit: re.sub(r"[^\n]", " ", hit.group()), sparql)


def refuse(sparql: str, called: str = "query") -> None:
    """Refuse what is no query, and SERVICE: asking a graph calls nothing outside.

    Raises:
        QueryError: it is one of these; the message points at the place.
    """
    if found := _SURROGATE.search(sparql):
        raise QueryError(_pointed(sparql, found.start(), called, "half a character (a lone surrogate); write it whole"))
    shown = _blanked(sparql)
    if found := re.search("[\"']", shown):
        told = "a string begins here and does not end; in one line, or in three quotes over several"
        raise QueryError(_pointed(sparql, found.start(), called, told))
    prologue = _PROLOGUE.match(shown)
    start = prologue.end() if prologue else 0
    word = re.match(r"[^\s{(*?$]*", shown[start:])
    verb = word.group() if word else ""
    if verb.upper() not in _VERBS:
        near = f"'{verb}'" if verb else f"'{sparql[start:].strip()[:_NEAR]}'" if sparql[start:].strip() else "the end"
        told = f"at {near}: a query begins with {', '.join(_VERBS[:-1])} or DESCRIBE"
        raise QueryError(_pointed(sparql, start, called, told))
    if found := _SERVICE.search(shown):
        told = "SERVICE would call another endpoint; ask what is in this graph only"
        raise QueryError(_pointed(sparql, found.start(), called, told))


def _spread(sparql: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the query with wide gaps between its words, and where each word begins: (there, in the query).

    The parser tells the furthest character that it looked at. A keyword that it tries in vain is looked at for its
    whole length, which in the query as it stands may reach beyond the word that is wrong.
    """
    parts: list[str] = []
    words: list[tuple[int, int]] = []
    length = at = 0
    gap, fresh = " " * _GAP, True

    def add(text: str, start: int, word: bool) -> None:
        nonlocal length, fresh
        if word and fresh:
            words.append((length, start))
        fresh = not word
        parts.append(text)
        length += len(text)

    for hidden in [*_HIDDEN.finditer(sparql), None]:
        stop = hidden.start() if hidden else len(sparql)
        for found in re.finditer(r"\s+|(?<!\\)[{}()\[\];,]|(?:\\.|[^\s{}()\[\];,])+", sparql[at:stop]):
            text, start = found.group(), at + found.start()
            if text.isspace():
                add(gap, start, word=False)
            elif text in "{}()[];,":
                add(gap, start, word=False)
                add(text, start, word=True)
                add(gap, start, word=False)
            else:
                add(text, start, word=True)
        if hidden:
            comment = hidden.group().startswith("#")
            add(gap if comment else hidden.group(), hidden.start(), word=not comment)
            at = hidden.end()
    add(gap, len(sparql), word=False)
    words.append((length, len(sparql)))
    return "".join(parts), words


def _parsed_spread(sparql: str, message: str) -> tuple[int, str]:
    """Return the character at which a query does not parse, and the parser's words; -1 where they name no place."""
    import pyoxigraph

    text, words = _spread(sparql)
    try:
        pyoxigraph.Store().query(text, prefixes=PREFIXES, base_iri="http://base.invalid/")
    except SyntaxError as error:
        message = str(error)
    found = _PLACED.search(message)
    if not found:
        return -1, message
    starts = [0, *(hit.end() for hit in re.finditer("\n", text))]
    reached = starts[min(int(found[1]), len(starts)) - 1] + int(found[2]) - 1
    place, start = max((word for word in words if word[0] <= reached), default=(0, 0))
    # In a word, and not behind it, the parser means the character.
    inside = text[place:reached]
    return start + (len(inside) if not re.search(r"\s", inside) and _is_name(found[3]) else 0), found[3]


def _is_name(wanted: str) -> bool:
    """Say whether the parser failed within a name, an IRI or a number: then it expected no keyword."""
    return not re.search(r"\b[A-Z]{2,}\b", wanted)


def _open_brackets(sparql: str) -> str:
    """Return what would close the brackets that are open at the end, the innermost first."""
    still: list[str] = []
    for found in re.findall(r"[{}()]", _blanked(sparql)):
        if found in "{(":
            still.append("}" if found == "{" else ")")
        elif still and still[-1] == found:
            still.pop()
    return "".join(reversed(still))


def _told(sparql: str, at: int, kept: list[str]) -> str:
    """Return what is wrong at a place, from what the parser could have gone on with."""
    if kept and " " in kept[0]:
        # Whole sentences are the parser's own explanation.
        return ", ".join(kept)[:_TOLD]
    if not kept or all(part in _LONGEST for part in kept):
        # These are tried anywhere, so they tell of nothing.
        if sparql[at:].strip():
            return "this cannot stand here"
        closing = _open_brackets(sparql)
        return f"expected '{closing[0]}'" if closing else "expected more"
    more = " or the like" if all(re.fullmatch(r"[A-Z]{2,}", part) for part in kept) and len(kept) > 1 else ""
    return f"expected {', '.join(kept)[:_TOLD]}{more}"


def to_message(sparql: str, message: str, called: str = "query") -> str:
    """Return the parser's message as place, what is wrong, and the text there, with a caret under the place."""
    at, wanted = _parsed_spread(sparql, message)
    if at < 0:
        return f"{called}: {wanted}; see https://www.w3.org/TR/sparql11-query/"
    wanted = wanted.removeprefix("expected ").removeprefix("one of ")
    if "Prefix not found" in wanted:
        return _unknown_prefix(sparql, at, called)
    kept = [part.strip() for part in _NOISE.sub("", wanted).split(",")]
    kept = list(dict.fromkeys(part for part in kept if part.strip(" |\n'")))
    named = re.match(r"([A-Za-z][\w.-]*|):", sparql[at:])
    if named and named[1] not in PREFIXES and not re.search(rf"(?i:PREFIX)\s+{re.escape(named[1])}:", _blanked(sparql)):
        return _unknown(sparql, at, named[1], called)
    near = f"'{' '.join(sparql[at:].split())[:_NEAR]}'" if sparql[at:].strip() else "the end"
    return _pointed(sparql, at, called, f"at {near}: {_told(sparql, at, kept)}")


def _unknown_prefix(sparql: str, end: int, called: str) -> str:
    """The parser's place is at or behind the name that has the prefix: look for an undeclared one up to there."""
    shown = _blanked(sparql)
    declared = {name.lower() for name in re.findall(r"(?i:PREFIX)\s+([^\s:]*):", shown)}
    names = list(re.finditer(r"(?<![\w?$:.-])([\w.-]*):(?=[\w%\\:.-]*)", shown))
    unknown = [name for name in names if name[1] not in PREFIXES and name[1].lower() not in declared]
    before = [name for name in unknown if name.start() <= end]
    at, prefix = (before[-1].start(), before[-1][1]) if before else (end, "")
    return _unknown(sparql, at, prefix, called)


def _unknown(sparql: str, at: int, prefix: str, called: str) -> str:
    known = ", ".join(PREFIXES)
    return _pointed(sparql, at, called, f"unknown prefix '{prefix}:'; known: {known}; declare others with PREFIX")
