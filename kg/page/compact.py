"""The map's numbers as columns of small differences, which deflate to half of what plain rows take.

Rows that belong to a paper stand in the papers' order, so that a column says how many each has, and what remains of a
row is the step from the one before it: a rising list of numbers becomes a list of small ones. `kg/page/data.js` adds
them up again.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.page.contents import Contents


def to_steps(numbers: Iterable[int]) -> list[int]:
    """Return the first number and then each one's difference from the one before.

    >>> to_steps([3, 5, 6, 2])
    [3, 2, 1, -4]
    """
    found = []
    before = 0
    for number in numbers:
        found.append(number - before)
        before = number
    return found


def to_counts(owners: Iterable[int], count: int) -> list[int]:
    """Return how often each of 0..``count``-1 is among ``owners``.

    >>> to_counts([0, 0, 2], 3)
    [2, 0, 1]
    """
    found = [0] * count
    for owner in owners:
        found[owner] += 1
    return found


def _steps_within(rows: Sequence[tuple[int, int]]) -> list[int]:
    """Return the steps of the second column, anew from 0 for each value of the first."""
    found = []
    owner, before = -1, 0
    for of, number in rows:
        before = before if of == owner else 0
        found.append(number - before)
        owner, before = of, number
    return found


def to_columns(contents: Contents) -> dict[str, dict[str, Any]]:
    """Return uses, links and relations as columns; rows keep their order, which is that of papers.

    A use: its entity (steps within the paper), its role (a digit). A link: its other paper (steps within the paper,
    the first from 0) and its weight in tenths of a bit. A relation: subject and object as places among the entities of
    its paper, and its predicate.
    """
    count = len(contents.papers)
    place_of: dict[tuple[int, int], int] = {}
    of_paper = [0] * count
    for paper, entity, _ in contents.uses:
        place_of[paper, entity] = of_paper[paper]
        of_paper[paper] += 1
    return {
        "uses": {
            "of": of_paper,
            "entities": _steps_within([(paper, entity) for paper, entity, _ in contents.uses]),
            "roles": "".join(str(role) for _, _, role in contents.uses),
        },
        "links": {
            "of": to_counts((a for a, _, _ in contents.links), count),
            "papers": _steps_within([(a, b) for a, b, _ in contents.links]),
            "tenths": [round(weight * 10) for _, _, weight in contents.links],
        },
        "relations": {
            "of": to_counts((paper for _, _, _, paper in contents.relations), count),
            "subjects": [place_of[paper, subject] for subject, _, _, paper in contents.relations],
            "predicates": [predicate for _, predicate, _, _ in contents.relations],
            "objects": [place_of[paper, obj] for _, _, obj, paper in contents.relations],
        },
    }


def to_places(places: dict[int, tuple[int, int]]) -> list[list[int]]:
    """Return numbers (as steps), and x and y of their places.

    >>> to_places({7: (1, 2), 9: (3, 4)})
    [[7, 2], [1, 3], [2, 4]]
    """
    rows = sorted(places.items())
    return [to_steps(node for node, _ in rows), [x for _, (x, _) in rows], [y for _, (_, y) in rows]]


def to_short(
    details: Mapping[str, Any], *, title: str, entities: Sequence[int], predicates: Sequence[str]
) -> dict[str, Any]:
    """Return a paper's details (`kg.page.contents.read_details`) in the form in which the page holds them.

    What the map tells already is left out: the title, where it is the map's. Entities are told by their place among
    those of the paper, predicates by their number, sentences and mentions as flat lists of steps and lengths, scores in
    hundredths.
    """
    place_of = {entity: place for place, entity in enumerate(entities)}
    number_of = {predicate: number for number, predicate in enumerate(predicates)}
    short = dict(details)
    if details.get("title", "") == title:
        short.pop("title", None)
    else:
        short["title"] = details.get("title", "")
    if "sentences" in details:
        short["sentences"] = _spans([(start, end) for start, end, _ in details["sentences"]])
    if "mentions" in details:
        spans = _spans([(start, end) for start, end, _, _ in details["mentions"]])
        short["mentions"] = [
            number
            for i, (_, _, entity, score) in enumerate(details["mentions"])
            for number in (spans[2 * i], spans[2 * i + 1], place_of[entity], round(score * 100))
        ]
    if "claims" in details:
        short["claims"] = [
            {
                **claim,
                **(
                    {"arguments": [[role, place_of[entity]] for role, entity in claim["arguments"]]}
                    if "arguments" in claim
                    else {}
                ),
            }
            for claim in details["claims"]
        ]
    if "relations" in details:
        short["relations"] = [
            [place_of[s], number_of[predicate], place_of[o], start, end, round(score * 100)]
            for s, predicate, o, start, end, score in details["relations"]
        ]
    return short


def _spans(spans: Iterable[tuple[int, int]]) -> list[int]:
    """Return each span's step from the start of the one before, and its length."""
    found = []
    before = 0
    for start, end in spans:
        found += [start - before, end - start]
        before = start
    return found
