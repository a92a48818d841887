"""The name a person would choose for an entity: the fullest established form, in its usual case."""

import re
from collections.abc import Mapping, Set
from functools import lru_cache

from kg.resolve.keys import name_key, tokens
from kg.resolve.known import known_things
from kg.resolve.shapes import HEADS
from kg.text import is_acronym

#: A full form is established beside its acronym when so large a share of the acronym's papers print it: GLUE and SQuAD
#: are known by their acronyms, large language models by both.
_ESTABLISHED = 1 / 3
#: Words that begin with a capital because they stand in a title: where the text prints them small, that is the name.
_TITLE_CASE = re.compile(r"(?:[A-Z][a-z]+|[a-z]+)(?:[ -](?:[A-Z][a-z]+|[a-z]+))+")


def find_canonical(forms: Mapping[str, int]) -> str:
    """Return the canonical name among printed forms with the number of papers that print each.

    The full form where it is established, in the words that most papers use (of two, the fuller), as most spell them.

    >>> find_canonical({"LLMs": 50, "large language models": 40, "Large Language Models": 5})
    'large language models'
    >>> find_canonical({"Language Models": 4, "language models": 1})
    'language models'
    >>> find_canonical({"BERT": 1, "BERT-based model": 1}), find_canonical({"Imagenet": 1, "ImageNet": 1})
    ('BERT', 'ImageNet')
    >>> find_canonical({"BIG-bench suite": 1, "BIG-Bench": 1})
    'BIG-Bench'
    >>> find_canonical({"BERT": 50, "Bidirectional Encoder Representations from Transformers": 2})
    'BERT'
    """
    short = {form: count for form, count in forms.items() if is_acronym(form)}
    acronyms = {name_key(form) for form in short}
    # A form with the acronym in it is no full form of it.
    full = {form: count for form, count in forms.items() if form not in short and not _begins(form, acronyms)}
    if full and short and sum(full.values()) < _ESTABLISHED * sum(short.values()):
        full = {}
    usual = full or forms
    groups: dict[str, int] = {}
    for form, count in usual.items():
        groups[name_key(form)] = groups.get(name_key(form), 0) + count
    added = {key: min(_is_added_to(form) for form in usual if name_key(form) == key) for key in groups}
    best = min(groups, key=lambda key: (-groups[key], added[key], -len(key), key))
    spellings = [form for form in usual if name_key(form) == best]
    chosen = min(spellings, key=lambda form: (-forms[form], "(" in form, *_spelling(form)))
    plain = [form for form in spellings if form.islower()]
    if plain and _TITLE_CASE.fullmatch(chosen):
        chosen = min(plain, key=lambda form: (-forms[form], len(form), form))
    return chosen


def _begins(form: str, acronyms: Set[str]) -> bool:
    """Say whether a name has an acronym as a word, or begins with it ("BIG-Bench suite")."""
    words = tokens(form)
    return any(word in acronyms for word in words) or any("".join(words[:size]) in acronyms for size in range(2, 4))


def _is_added_to(form: str) -> bool:
    """Say whether a name has words that another form may do without: a head, "based", a verb before its object."""
    words = tokens(form)
    heads = any(words[-1] in group for groups in HEADS.values() for group in groups) if words else False
    return len(words) > 1 and (
        heads or "based" in words or (words[0].endswith("ing") and not words[-1].endswith("ing"))
    )


def _spelling(form: str) -> tuple[bool, int, int, str]:
    """Return what orders spellings of as many papers: the field's first, then capitals inside one word, few others."""
    capitals = sum(c.isupper() for c in form)
    inside = " " not in form and not form.isupper() and any(c.isupper() for c in form[1:])
    return form not in _field_spellings(), -capitals if inside else capitals, len(form), form


@lru_cache(maxsize=1)
def _field_spellings() -> frozenset[str]:
    return frozenset(name for _, names in known_things() for name in names)
