"""What questions are known to cost: a query that has come to its end, or that ships, is known to end again.

Nobody can tell from a query whether it will end. So a server that is asked for more than it can do has to choose whom
to let wait, and what has ended before is the better choice: of all that has not, those that never end are most. A
query is known by its shape, that is its text without the strings, numbers and IRIs in it (as pg_stat_statements and
others count queries), so that one with another name set in is known too.
"""

import hashlib
import json
import math
import re
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any, NamedTuple

from kg.query.faults import STRING_OR_IRI
from kg.serve.forms import GRAPHS, RESULTS, to_form

#: Strings, IRIs and numbers, which become one sign each; comments and white space, which become a space.
_VALUES = re.compile(
    rf"({STRING_OR_IRI}|(?<![\w?$:.-])[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w:]))|#[^\n\r]*|\s+", re.DOTALL
)
#: What asks for rows or for triples, after the prologue of a shape.
_KIND = re.compile(r"(?:\s*(?:PREFIX\s+[\w.-]*:|BASE)\s*')*\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)
_KINDS = {"select": (RESULTS,), "ask": (RESULTS,), "construct": (GRAPHS,), "describe": (GRAPHS,)}
#: Shapes that are remembered.
_REMEMBERED = 10_000
#: Questions that had to be ended and are remembered.
_ENDED = 1000
#: A question is taken for what it is known as until it has taken so many times what others of its shape took: names
#: that many papers use cost some times those that few do.
_TRUST = 3.0
#: Seconds for which whatever is known is trusted: of a name that nobody uses, a query takes some thousandths.
_LEAST = 1.0


def to_shape(question: dict[str, Any]) -> bytes:
    """Return what questions have in common that differ in values only; ``b""`` for all but queries.

    >>> asked = 'SELECT * {{ ?s kg:a "{}" }} LIMIT {}'
    >>> one, other = ({"ask": "query", "query": asked.format(*values)} for values in (("a", 1), ("b", 2)))
    >>> to_shape(one) == to_shape(other), to_shape(one) == to_shape({"ask": "query", "query": "ASK {}"})
    (True, False)
    """
    if question["ask"] != "query":
        return b""
    return hashlib.sha256(_shape(question["query"]).encode("utf-8", "surrogatepass")).digest()


def _shape(sparql: str) -> str:
    return " ".join(_VALUES.sub(lambda found: " ' " if found[1] else " ", sparql).split())


def to_key(question: dict[str, Any]) -> bytes:
    """Return what questions have in common that have the same answer: Accept headers are one if they choose one form.

    >>> page, script = ({"ask": "query", "query": "ASK {}", "accept": a} for a in ("", "application/json, text/turtle"))
    >>> to_key(page) == to_key(script), to_key(page) == to_key({**page, "accept": "text/csv"})
    (True, False)
    """
    told = dict(question)
    if question["ask"] == "query":
        accept, format = told.pop("accept", ""), told.pop("format", "")
        kind = _KIND.match(_shape(question["query"]))
        # Where it is neither, it does not parse, or is said in a way that we do not know.
        chosen = _KINDS[kind[1].lower()] if kind else (RESULTS, GRAPHS)
        told["forms"] = [form and form.name for form in (to_form(accept, forms, format) for forms in chosen)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode("ascii")).digest()


class Known(NamedTuple):
    """What is known of a question before it is asked.

    Attributes:
        needs: seconds that it needs, at most, if it is like others of its shape; infinite where none has ended yet.
        trusted: seconds up to which it is taken for one that ends; 0.0: nothing is known.
    """

    needs: float = math.inf
    trusted: float = 0.0


#: Nothing is known.
UNKNOWN = Known()


class Costs:
    """What questions of each shape took, in seconds; of those remembered, the one not asked for longest goes first."""

    def __init__(self, shipped: Iterable[dict[str, Any]], most: float) -> None:
        """Know what ships: until it has been asked, it is trusted for ``most`` seconds."""
        self._shipped = {to_shape(question): most for question in shipped}
        self._taken: OrderedDict[bytes, float] = OrderedDict()
        self._ended: OrderedDict[bytes, float] = OrderedDict()

    def known(self, shape: bytes) -> Known:
        """Return what is known of questions of a shape."""
        needs, shipped = self._taken.get(shape), self._shipped.get(shape, 0.0)
        if needs is None:
            return Known(trusted=shipped) if shipped else UNKNOWN
        return Known(needs, max(shipped, _LEAST, _TRUST * needs))

    def learn(self, shape: bytes, seconds: float) -> None:
        """Take note of one that has come to its end; the dearest of a shape stands for it."""
        if not shape:
            return
        self._taken[shape] = max(seconds, self._taken.get(shape, 0.0))
        self._taken.move_to_end(shape)
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)

    def forget(self, shape: bytes) -> None:
        """Trust a shape no more: one has not come to its end."""
        self._taken.pop(shape, None)
        self._shipped.pop(shape, None)

    def ended(self, key: bytes) -> float:
        """Return the seconds that a question had taken when it had to be ended; 0.0: it had not."""
        return self._ended.get(key, 0.0)

    def end(self, key: bytes, seconds: float) -> None:
        """Take note of one that had to be ended."""
        self._ended[key] = seconds
        self._ended.move_to_end(key)
        if len(self._ended) > _ENDED:
            self._ended.popitem(last=False)

    def forgive(self, key: bytes) -> None:
        """Take note that it came to its end after all."""
        self._ended.pop(key, None)
