"""What the field calls things: names of one thing (`ontology/aliases.tsv`), acronyms (`ontology/acronyms.tsv`)."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from kg.resolve.keys import name_key, tokens
from kg.text import is_acronym


def find_table(name: str) -> Path | None:
    """Return a table that ships with the package, or lies in the checkout; None where there is none."""
    for place in (Path(str(files("kg"))) / "ontology", Path(str(files("kg"))).parent / "ontology"):
        if (place / name).is_file():
            return place / name
    return None


@lru_cache(maxsize=1)
def known_things() -> Sequence[tuple[str, tuple[str, ...]]]:
    """Return (kind, its names as printed, the usual one first) of each thing; the kind is "" where any may be meant."""
    path = find_table("aliases.tsv")
    if path is None:
        return ()
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return tuple((kind, (name, *aliases.split("|"))) for name, kind, aliases in rows)


@lru_cache(maxsize=1)
def _kinds() -> Mapping[str, str]:
    """Return key of a name -> its kind; "" where things of several kinds have it."""
    found: dict[str, str] = {}
    for kind, names in known_things():
        for key in {name_key(name) for name in names}:
            found[key] = kind if found.get(key, kind) == kind else ""
    return found


def known_kind(key: str) -> str:
    """Return the kind that the field gives a name, "" where that is not known or several are.

    >>> known_kind("glue"), known_kind("asr")
    ('Dataset', '')
    """
    return _kinds().get(key, "")


@lru_cache(maxsize=1)
def _meanings() -> Mapping[str, Mapping[str, str]]:
    """Return key of an acronym -> kind -> the full form; "" where an acronym has several of one kind."""
    found: dict[str, dict[str, str]] = {}
    for kind, (name, *aliases) in known_things():
        for alias in aliases:
            if is_acronym(alias) and not is_acronym(name):
                kinds = found.setdefault(name_key(alias), {})
                kinds[kind] = name if kinds.get(kind, name) == name else ""
    return found


def known_meaning(short: str, kind: str | None = None) -> str | None:
    """Return the full form that the field means by an acronym's key, or None where it means several or none.

    Args:
        short: the key of the acronym.
        kind: of what it names: of several kinds' things, this one's; None where nothing says which kind.

    >>> known_meaning("rag"), known_meaning("asr", "Task"), known_meaning("asr", "Metric"), known_meaning("asr")
    ('retrieval-augmented generation', 'automatic speech recognition', 'attack success rate', None)
    """
    kinds = _meanings().get(short, {})
    said = {kinds[kind]} if kind is not None and kind in kinds else set(kinds.values())
    return (said.pop() or None) if len(said) == 1 else None


@lru_cache(maxsize=1)
def field_meanings() -> Mapping[str, tuple[Mapping[str, tuple[str, int]], int]]:
    """Return acronym key -> (key of a full form -> (that form, papers that define it so), papers that define it)."""
    found: dict[str, tuple[dict[str, tuple[str, int]], int]] = {}
    path = find_table("acronyms.tsv")
    totals: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path else ():
        if line.startswith("#"):
            continue
        short, full, count, total = line.split("\t")
        key = name_key(short)
        # Spellings of one acronym ("3DGS", "3D-GS") are counted together.
        totals.setdefault(key, {})[short] = int(total)
        forms = found.setdefault(key, ({}, 0))[0]
        before = forms.get(name_key(full), (full, 0))
        forms[name_key(full)] = before[0], before[1] + int(count)
    return {key: (forms, sum(totals[key].values())) for key, (forms, _) in found.items()}


@lru_cache(maxsize=1)
def field_words() -> Mapping[str, tuple[str, ...]]:
    """Return key of a full form of the field -> its words."""
    forms = {form for fulls, _ in field_meanings().values() for form, _ in fulls.values()}
    forms.update(names[0] for _, names in known_things())
    found: dict[str, tuple[str, ...]] = {}
    for form in forms:
        words, key = tokens(form), name_key(form)
        found[key] = min(words, found.get(key, words))
    return found
