"""Which papers and entities a picture shows, and what they are called in it."""

import dataclasses
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.page.contents import Contents
from kg.text import clean, one_line

if TYPE_CHECKING:
    from kg.store import Store

#: Share of a picture's nodes that are papers, where there are enough of both: what papers share tells most.
_PAPERS = 0.4
#: Characters of a label at most; a longer name is cut at a word. A narrow picture has room for less of a paper's: a
#: character for so many millimetres of its width, and no fewer than the first.
_SHORTEST, _LONGEST, _EACH = 20, 30, 6
#: Words before a family name that belong to it ("van der Maaten").
_PARTICLES = frozenset("al bin da de del della den der di dos du el la le ten ter van von".split())


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Numbers of papers and entities (`kg.page.contents.Contents`) in a picture, and their labels there.

    `told` says what was left out; it is empty where nothing was.
    """

    papers: tuple[int, ...]
    entities: tuple[int, ...]
    paper_labels: tuple[str, ...]
    entity_labels: tuple[str, ...]
    told: str


def choose(store: "Store", contents: Contents, *, seeds: Sequence[str], most: int, width: float = 180) -> Chosen:
    """Return at most ``most`` nodes: the seeds, then papers and entities that are tied to most of the others.

    Args:
        store: the open graph, or a part of one.
        contents: what it holds.
        seeds: ids of papers and entities that are chosen whatever they are tied to.
        most: how many in all.
        width: of the picture, in millimetres: labels of papers are cut to fit it.
    """
    longest = int(max(_SHORTEST, min(_LONGEST, width // _EACH)))
    seed_papers = [n for n, paper in enumerate(contents.papers) if paper[0] in seeds]
    seed_entities = [n for n, entity in enumerate(contents.entities) if entity[0] in seeds]
    room = min(max(math.ceil(most * _PAPERS), most - len(contents.entities)), most - len(seed_entities))
    papers = _papers(contents, seed_papers, set(seed_entities), room)
    entities = _entities(contents, seed_entities, set(papers), most - len(papers))
    left = [
        f"{drawn:,} of {all_:,} {noun}"
        for drawn, all_, noun in (
            (len(papers), len(contents.papers), "papers"),
            (len(entities), len(contents.entities), "entities"),
        )
        if drawn < all_
    ]
    return Chosen(
        papers=tuple(papers),
        entities=tuple(entities),
        paper_labels=tuple(_citations(store, contents, papers, longest)),
        entity_labels=tuple(shorten(contents.entities[n][1]) for n in entities),
        told=f"Shown: {' and '.join(left)}, those with most in common." if left else "",
    )


def _papers(contents: Contents, first: list[int], around: set[int], room: int) -> list[int]:
    """Return the papers: ``first``, then by what they do with the entities ``around``, then by how much they share."""
    having = Counter(entity for _, entity, _ in contents.uses)
    shares: Counter[int] = Counter(paper for paper, entity, _ in contents.uses if having[entity] > 1)
    role = {paper: role for paper, entity, role in sorted(contents.uses, key=lambda use: -use[2]) if entity in around}
    rest = set(range(len(contents.papers))) - set(first)
    return [*first, *sorted(rest, key=lambda n: (role.get(n, 9), -shares[n], n))][: max(room, len(first))]


def _entities(contents: Contents, first: list[int], papers: set[int], room: int) -> list[int]:
    """Return the entities: ``first``, then those of most papers in the picture, then those that these introduce."""
    here: Counter[int] = Counter(entity for paper, entity, _ in contents.uses if paper in papers)
    introduced = {entity for paper, entity, role in contents.uses if paper in papers and role == 0}
    rest = set(range(len(contents.entities))) - set(first)
    ranked = sorted(
        rest, key=lambda n: (-max(here[n], 1), n not in introduced, here[n] == 0, -contents.entities[n][3], n)
    )
    return [*first, *ranked][: max(room, len(first))]


def shorten(text: str, most: int = _LONGEST) -> str:
    """Return ``text`` in one line of at most ``most`` characters, cut at a word.

    >>> shorten("Attention Is All You Need, They Said Once", 20)
    'Attention Is All…'
    """
    text = one_line(clean(text))
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut).rstrip(" ,:;-") + "…"


def family_name(author: str) -> str:
    """Return an author's family name.

    >>> family_name("Laurens van der Maaten"), family_name("Devlin, Jacob"), family_name("OpenAI")
    ('van der Maaten', 'Devlin', 'OpenAI')
    """
    if "," in author:
        return author.partition(",")[0].strip()
    words = author.split()
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return " ".join(words[max(start, 0) :])


def _citations(store: "Store", contents: Contents, papers: Sequence[int], longest: int) -> list[str]:
    """Return labels as one cites: "Devlin et al. 2019", with a, b where two are alike; else the title, cut."""
    ids = [contents.papers[n][0] for n in papers]
    known = dict(
        store.rows("SELECT id, authors FROM papers WHERE id IN (SELECT unnest(?::VARCHAR[])) ORDER BY id", [ids])
    )
    labels = []
    for number, identifier in zip(papers, ids, strict=True):
        _, title, year = contents.papers[number]
        names = [name for author in known[identifier] or () if (name := family_name(one_line(clean(author))))]
        if not names:
            labels.append(shorten(title, longest))
            continue
        who = names[0] if len(names) == 1 else f"{names[0]} & {names[1]}" if len(names) == 2 else f"{names[0]} et al."
        labels.append(f"{shorten(who, longest - 5)} {year}" if year else shorten(who, longest))
    alike: dict[str, list[int]] = defaultdict(list)
    for place in sorted(range(len(ids)), key=lambda place: ids[place]):
        alike[labels[place]].append(place)
    for label, places in alike.items():
        for turn, place in enumerate(places):
            if len(places) > 1 and known[ids[place]]:
                labels[place] = f"{label}{chr(ord('a') + turn)}" if turn < 26 else f"{label}-{turn + 1}"
    return labels
