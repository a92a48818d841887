"""The one codec of all records: to JSON's types and back."""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

R = TypeVar("R")


#: Types whose values are their own plain form.
_PLAIN = frozenset((str, int, float, bool, type(None)))


def _encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_plain(value)
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return value


def to_plain(record: Any) -> dict[str, Any]:
    """Return a record as a dictionary of JSON's types, nested records included, fields in their order."""
    plain: dict[str, Any] = {}
    for name in hints_of(type(record)):
        value = getattr(record, name)
        if type(value) is tuple:
            plain[name] = [item if type(item) in _PLAIN else _encode(item) for item in value]
        else:
            plain[name] = value if type(value) in _PLAIN else _encode(value)
    return plain


_HINTS: dict[type, dict[str, Any]] = {}


def hints_of(cls: type) -> dict[str, Any]:
    """Return the resolved type of each field of a record class, in the fields' order."""
    if cls not in _HINTS:
        resolved = typing.get_type_hints(cls)
        _HINTS[cls] = {field.name: resolved[field.name] for field in dataclasses.fields(cls)}
    return _HINTS[cls]


def from_plain(cls: type[R], plain: Mapping[str, Any]) -> R:
    """Return the record of class ``cls`` that `to_plain` made ``plain`` of.

    Raises:
        TypeError: a field is unknown, or a required one is missing.

    >>> from kg.records import Sentence
    >>> sentence = Sentence(paper="p", start=0, end=3, role="title")
    >>> from_plain(Sentence, to_plain(sentence)) == sentence
    True
    """
    made = dict(plain)
    for name, decode in _decoders(cls).items():
        if made.get(name) is not None:
            made[name] = decode(made[name])
    return cls(**made)


_DECODERS: dict[type, dict[str, Callable[[Any], Any]]] = {}


def _decoders(cls: type) -> dict[str, Callable[[Any], Any]]:
    """Return how the fields are decoded whose values are not what their plain form is."""
    if cls not in _DECODERS:
        found = ((name, _decoder(hint)) for name, hint in hints_of(cls).items())
        _DECODERS[cls] = {name: decode for name, decode in found if decode is not None}
    return _DECODERS[cls]


def _decoder(hint: Any) -> Callable[[Any], Any] | None:
    """Return how a value of a type is decoded, found out once: it is asked for each of some million rows."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return _decoder(next(one for one in typing.get_args(hint) if one is not type(None)))
    if typing.get_origin(hint) is tuple:
        inner = _decoder(typing.get_args(hint)[0])
        return tuple if inner is None else lambda items: tuple(map(inner, items))
    if dataclasses.is_dataclass(hint):
        return partial(from_plain, typing.cast(type, hint))
    return float if hint is float else None
