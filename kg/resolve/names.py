"""The name a person would choose for an entity: the fullest established form, in its usual case."""

from collections.abc import Mapping

from kg.text import is_acronym

#: A full form is established beside its acronym when so large a share of the acronym's papers print it.
_ESTABLISHED = 0.2


def find_canonical(forms: Mapping[str, int]) -> str:
    """Return the canonical name among printed forms with the number of papers that print each.

    >>> find_canonical({"LLMs": 50, "large language models": 40, "Large Language Models": 5})
    'large language models'
    >>> find_canonical({"BERT": 50, "Bidirectional Encoder Representations from Transformers": 2})
    'BERT'
    """
    full = {form: count for form, count in forms.items() if not is_acronym(form)}
    short = {form: count for form, count in forms.items() if form not in full}
    if full and short and sum(full.values()) < _ESTABLISHED * sum(short.values()):
        full = {}
    return min(full or forms, key=lambda form: (-forms[form], sum(c.isupper() for c in form), len(form), form))
