"""The one codec of all records: to JSON's types and back."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

R = TypeVar("R")


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
    return {field.name: _encode(getattr(record, field.name)) for field in dataclasses.fields(record)}


def _decode(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return _decode(next(a for a in typing.get_args(hint) if a is not type(None)), value)
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        return tuple(_decode(inner, item) for item in value)
    if dataclasses.is_dataclass(hint):
        return from_plain(typing.cast(type, hint), value)
    return float(value) if hint is float else value


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
    hints = hints_of(cls)
    return cls(**{name: _decode(hints.get(name), value) for name, value in plain.items()})
