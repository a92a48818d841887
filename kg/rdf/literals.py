"""N-Triples literals taken apart again, for formats that write them otherwise."""

import re

_LITERAL = re.compile(r'"(.*)"(?:\^\^<([^>]*)>)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-F]{4})|(.))")
_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "\\": "\\"}


def to_plain_literal(term: str) -> tuple[str, str]:
    r"""Return a literal's characters and its datatype's IRI (``""`` for a string).

    >>> to_plain_literal(r'"a \"b\""'), to_plain_literal('"1"^^<http://www.w3.org/2001/XMLSchema#integer>')
    (('a "b"', ''), ('1', 'http://www.w3.org/2001/XMLSchema#integer'))
    """
    found = _LITERAL.fullmatch(term)
    if found is None:  # pragma: no cover - terms come from kg.rdf.terms
        raise ValueError(f"no literal: {term}")
    plain = _ESCAPE.sub(lambda hit: chr(int(hit[1], 16)) if hit[1] else _UNESCAPED[hit[2]], found[1])
    return plain, found[2] or ""
