"""The queries that ship: SPARQL files whose first comment lines say what they answer and what can be set.

::

    # Methods evaluated on a dataset, with values
    # Each method that a paper evaluates on the dataset, with the numbers that it reports there.
    # dataset: the dataset's name or alias, in any case
    SELECT ... WHERE {
      VALUES ?dataset_key { "glue" }
      ?dataset skos:prefLabel|skos:altLabel|skos:hiddenLabel ?dataset_key .

The first line is the title, the second the description, then one line a parameter. A parameter ``p`` is the one value
of each ``VALUES ?p_key { ... }``, ``VALUES ?p_name { ... }`` or ``VALUES ?p { ... }``; what stands there is its
default. A key is set in small letters: every name of a thing is in the graph in small letters too (`skos:hiddenLabel`),
so that it is looked up in the store's index; comparing ``LCASE`` of names would read all of them.
"""

import dataclasses
import re
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from kg.errors import QueryError

_VALUES = re.compile(
    r"(?P<head>VALUES\s+\?(?P<name>\w+)\s*\{\s*)(?P<value>\"(?:[^\"\\\n]|\\.)*\"|[-+]?\d+(?:\.\d+)?)(?P<tail>\s*\})"
)
_PARAMETER = re.compile(r"#\s*(\w+):\s*(.*)")
_NUMBER = re.compile(r"[-+]?\d{1,15}(\.\d{1,15})?")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NamedQuery:
    """A query that ships. `parameters` maps each to its default, `helps` to what it means."""

    name: str
    title: str
    description: str
    parameters: dict[str, str]
    helps: dict[str, str]
    text: str


def _folder() -> Traversable:
    """Return where the queries lie: in the package as installed, in examples/ of a checkout."""
    shipped = files("kg").joinpath("queries")
    if shipped.is_dir():
        return shipped
    checkout = Path(__file__).parents[2] / "examples" / "queries"
    if checkout.is_dir():
        return checkout
    raise QueryError("the shipped queries are not in this installation; install abstract-kg again")


def _parameter_of(variable: str) -> str:
    return variable.removesuffix("_name").removesuffix("_key")


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", lambda hit: _UNESCAPED.get(hit[1], hit[1]), value[1:-1])


def to_named(name: str, text: str) -> NamedQuery:
    """Return the query that a file's text describes.

    Raises:
        QueryError: it has no title or description, or a parameter without its VALUES block.
    """
    comments = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        comments.append(line)
    if len(comments) < 2:
        raise QueryError(f"{name}.rq:1: wants a title and a description as its first two comment lines")
    helps = {found[1]: found[2] for line in comments[2:] if (found := _PARAMETER.fullmatch(line))}
    values = {_parameter_of(found["name"]): _unquoted(found["value"]) for found in _VALUES.finditer(text)}
    missing = [parameter for parameter in helps if parameter not in values]
    if missing:
        raise QueryError(
            f"{name}.rq: no VALUES block for {', '.join(missing)}; write VALUES ?{missing[0]}_name {{ … }}"
        )
    return NamedQuery(
        name=name,
        title=comments[0].lstrip("# ").strip(),
        description=comments[1].lstrip("# ").strip(),
        parameters={parameter: values[parameter] for parameter in helps},
        helps=helps,
        text=text,
    )


def find_queries() -> dict[str, NamedQuery]:
    """Return the queries that ship, by name, in alphabetical order.

    Raises:
        QueryError: a file is not written as it must be.
    """
    found = {}
    for file in sorted(_folder().iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".rq"):
            name = file.name.removesuffix(".rq")
            found[name] = to_named(name, file.read_text(encoding="utf-8"))
    return found


def to_sparql(named: NamedQuery | str, parameters: Mapping[str, str] | None = None) -> str:
    """Return a shipped query with its parameters set; the others keep their defaults.

    Values are set in as literals, escaped: they cannot change the query.

    Args:
        named: the query, or its name.
        parameters: what to set.

    Raises:
        QueryError: there is no such query or parameter (the message lists the known ones), or a number is none.
    """
    if isinstance(named, str):
        known = find_queries()
        if named not in known:
            raise QueryError(f"no shipped query '{named}'; known: {', '.join(known)}")
        named = known[named]
    given = dict(parameters or {})
    unknown = [name for name in given if name not in named.parameters]
    if unknown:
        listed = ", ".join(f"{name}={value}" for name, value in named.parameters.items()) or "none"
        raise QueryError(f"query {named.name}: no parameter '{unknown[0]}'; known: {listed}")

    def set_in(found: re.Match[str]) -> str:
        parameter = _parameter_of(found["name"])
        if parameter not in given:
            return found.group()
        value = given[parameter]
        if found["value"].startswith('"'):
            value = value.lower() if found["name"].endswith("_key") else value
            written = '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'
        elif _NUMBER.fullmatch(value):
            written = value
        else:
            raise QueryError(f"query {named.name}: {parameter} = '{value}'; wants a number, as {found['value']}")
        return f"{found['head']}{written}{found['tail']}"

    return _VALUES.sub(set_in, named.text)
