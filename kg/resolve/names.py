"""The name a person would choose for an entity: the fullest established form, in its usual case."""

import re
from collections.abc import Mapping

from kg.resolve.keys import name_key
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
    >>> find_canonical({"BERT": 50, "Bidirectional Encoder Representations from Transformers": 2})
    'BERT'
    """
    full = {form: count for form, count in forms.items() if not is_acronym(form)}
    short = {form: count for form, count in forms.items() if form not in full}
    if full and short and sum(full.values()) < _ESTABLISHED * sum(short.values()):
        full = {}
    usual = full or forms
    groups: dict[str, int] = {}
    for form, count in usual.items():
        groups[name_key(form)] = groups.get(name_key(form), 0) + count
    best = min(groups, key=lambda key: (-groups[key], -len(key), key))
    spellings = [form for form in usual if name_key(form) == best]
    chosen = min(
        spellings, key=lambda form: (-forms[form], "(" in form, sum(c.isupper() for c in form), len(form), form)
    )
    plain = [form for form in spellings if form.islower()]
    if plain and _TITLE_CASE.fullmatch(chosen):
        chosen = min(plain, key=lambda form: (-forms[form], form))
    return chosen
