"""A user's own annotations, read into the format of the gold, with every fault told by its line."""

import json
from pathlib import Path
from typing import Any

from kg.errors import ReadError
from kg.records import Role
from kg.train.corpora import read_lines
from kg.train.examples import find_form

#: Fewer annotated papers than this are not worth a training.
_FEWEST = 5
_SHAPE = (
    'one object a line: {"title", "abstract", "entities": [{"name", "kind", "surfaces"}]}, or "spans": [[start, end, '
    "kind]] by characters of title, two newlines and abstract"
)


def read_annotations(path: Path) -> list[dict[str, Any]]:
    """Return annotated papers in the format of the gold (`kg eval`), as far as they say.

    Each line is a paper: ``title``, ``abstract``, optionally ``id``; and either ``entities``, each with ``name``,
    ``kind`` (or ``labels``), optionally ``role`` (or ``roles``) and ``surfaces``, or ``spans``, each [start, end, kind]
    by characters of title, two newlines and abstract. ``sentences``, ``claims``, ``relations`` are taken where given.

    Raises:
        ReadError: a line is not such a paper; or there are too few.
    """
    papers = []
    for number, item in enumerate(read_lines(path), 1):
        place = f"{path}:{number}"
        if not isinstance(item, dict) or not isinstance(item.get("abstract"), str):
            raise ReadError(f"{place}: no annotated paper; give {_SHAPE}")
        paper = {
            **item,
            "id": str(item.get("id") or f"{path.name}:{number}"),
            "title": str(item.get("title") or ""),
        }
        text = f"{paper['title']}\n\n{paper['abstract']}"
        if "spans" in item:
            paper["entities"] = _of_spans(item["spans"], text, place)
        paper["entities"] = [_entity(one, text, place) for one in paper.get("entities", ())]
        papers.append(paper)
    if len(papers) < _FEWEST:
        raise ReadError(f"{path}: {len(papers)} annotated papers; at least {_FEWEST} are needed, better a hundred")
    if not any(paper["entities"] for paper in papers):
        raise ReadError(f"{path}: no entity is marked in any paper; give {_SHAPE}")
    return papers


def _of_spans(spans: Any, text: str, place: str) -> list[dict[str, Any]]:
    """Return the entities of marked spans: what is printed alike, of one kind, is one."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for span in spans:
        try:
            start, end, kind = (span["start"], span["end"], span["label"]) if isinstance(span, dict) else span
            form = text[start:end]
        except (KeyError, TypeError, ValueError) as error:
            raise ReadError(f"{place}: a span is {span!r}; give [start, end, kind]") from error
        if not form.strip() or not 0 <= start < end <= len(text):
            raise ReadError(
                f"{place}: span {start} to {end} holds no text of the paper (it has {len(text)} characters)"
            )
        found[form.casefold(), str(kind)] = {"name": form, "kind": kind, "surfaces": [form]}
    return list(found.values())


def _entity(one: Any, text: str, place: str) -> dict[str, Any]:
    kind = one.get("kind") or (one.get("labels") or [None])[0] if isinstance(one, dict) else None
    if not kind or not one.get("name"):
        raise ReadError(f"{place}: an entity without name or kind: {json.dumps(one)[:80]}; give {_SHAPE}")
    forms = [form for form in dict.fromkeys([one["name"], *one.get("surfaces", ())]) if form]
    printed = [form for form in forms if next(iter(find_form(form, text)), None)]
    if not printed:
        raise ReadError(
            f"{place}: '{one['name']}' does not stand in the title or abstract; give its surfaces as printed"
        )
    roles = one.get("roles") or ([one["role"]] if one.get("role") else [])
    known = [role for role in roles if role in {r.value for r in Role}]
    return {"name": printed[0], "labels": [str(kind)], "roles": known, "surfaces": printed}
