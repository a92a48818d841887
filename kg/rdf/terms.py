"""RDF terms as N-Triples text: escaping, numbers, and IRIs that every parser takes."""

import math
import re
from decimal import Decimal
from functools import lru_cache
from urllib.parse import quote

from kg.vocab import PREFIXES

_XSD = PREFIXES["xsd"]
#: What an N-Triples literal may not hold as it is, or what some consumer trips over (RDF 1.1 N-Triples, section 7).
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
#: RFC 3986's `pchar` beyond what `quote` keeps by itself: what a path segment may hold as it is.
_SEGMENT = "!$&'()*+,;=:@"
#: The same for a whole address; a percent sign is kept where two hexadecimal digits follow.
_ADDRESS = _SEGMENT + "/?%"
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
#: An absolute address with a plain authority: anything else stays text.
_WEB = re.compile(r"(https?)://([A-Za-z0-9.-]+(?::[0-9]+)?)(/[^#]*)?(#.*)?", re.DOTALL | re.IGNORECASE)
_BASE = re.compile(r"[a-z][a-z0-9+.-]*://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*")
_DATE = re.compile(r"(\d{4})(-(?:0[1-9]|1[0-2])(-(?:0[1-9]|[12]\d|3[01]))?)?")
#: Days of the months, to refuse dates that no calendar has (29 February is let pass in leap years only).
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

TRUE = f'"true"^^<{_XSD}boolean>'
FALSE = f'"false"^^<{_XSD}boolean>'


def _escape(hit: re.Match[str]) -> str:
    character = hit.group()
    return _SHORT.get(character) or f"\\u{ord(character):04X}"


def text(value: str) -> str:
    r"""Return a plain literal.

    >>> print(text('a "b"\n'))
    "a \"b\"\n"
    """
    # What nearly all texts need, in a fifth of the expression's time; all that it escapes beyond them is not printable.
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"' if escaped.isprintable() else f'"{_ESCAPED.sub(_escape, value)}"'


def integer(value: int) -> str:
    """Return an xsd:integer."""
    return f'"{value}"^^<{_XSD}integer>'


def boolean(value: bool) -> str:
    """Return an xsd:boolean."""
    return TRUE if value else FALSE


@lru_cache(maxsize=16_384)
def decimal(value: float) -> str:
    """Return an xsd:decimal, always with a point; what no decimal can say (NaN, infinity) is an xsd:double.

    >>> decimal(0.97), decimal(1), decimal(1e-7)
    ('"0.97"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"1.0"^^<http://www.w3.org/2001/XMLSchema#decimal>', \
'"0.0000001"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    """
    if not math.isfinite(value):
        return f'"{"NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"}"^^<{_XSD}double>'
    written = repr(float(value))
    if "e" in written:
        written = format(Decimal(written), "f")
        written += "" if "." in written else ".0"
    return f'"{written if written != "-0.0" else "0.0"}"^^<{_XSD}decimal>'


def date(value: str) -> str:
    """Return an ISO date as gYear, gYearMonth or date, as exact as it is; anything else as text.

    >>> date("2023-02").rsplit("#")[-1], date("2023-02-30")
    ('gYearMonth>', '"2023-02-30"')
    """
    found = _DATE.fullmatch(value)
    if not found or value.startswith("0000"):
        return text(value)
    if found.group(3):
        year, month, day = (int(part) for part in value.split("-"))
        leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        if day > _DAYS[month - 1] + leap:
            return text(value)
    kind = "date" if found.group(3) else "gYearMonth" if found.group(2) else "gYear"
    return f'"{value}"^^<{_XSD}{kind}>'


def segment(value: str) -> str:
    """Return ``value`` as one segment of a path: what it may not hold is percent-encoded, slashes too.

    >>> segment("doi:10.1000/a b")
    'doi:10.1000%2Fa%20b'
    """
    return quote(value, safe=_SEGMENT)


def path(value: str) -> str:
    """Return ``value`` as the rest of an address: slashes stay."""
    return quote(value, safe=_SEGMENT + "/")


def web(value: str) -> str:
    """Return an http address as an IRI in angle brackets, made legal, or as text where it is none.

    >>> web("https://example.org/a b"), web("see there")
    ('<https://example.org/a%20b>', '"see there"')
    """
    found = _WEB.fullmatch(value.strip())
    if not found:
        return text(value)
    scheme, host, rest, fragment = found.groups()
    tail = f"#{quote(fragment[1:], safe=_ADDRESS)}" if fragment else ""
    address = f"{scheme.lower()}://{host}{quote(rest or '', safe=_ADDRESS)}{tail}"
    return f"<{_LONE_PERCENT.sub('%25', address)}>"


def is_base(value: str) -> bool:
    """Say whether data can live under ``value``: an absolute IRI with a plain authority that ends in a slash.

    >>> is_base("https://example.org/id/"), is_base("https://example.org/id#"), is_base("id/")
    (True, False, False)
    """
    return value.endswith("/") and bool(_BASE.fullmatch(value)) and not _LONE_PERCENT.search(value)
