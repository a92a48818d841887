"""What the page shows, read from the store: papers, entities and ties as numbered lists, and each paper's details."""

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kg.records import Role

if TYPE_CHECKING:
    from kg.store import Store

#: What a paper does with an entity, the most telling first: a paper that both introduces and uses it introduces it.
ROLES = (Role.INTRODUCES.value, Role.USES.value, Role.MENTIONS.value)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Papers and entities are told by their number: their place in `papers` and `entities`.

    `papers` holds (id, title, year or 0), `entities` (id, name, kind, number of papers, aliases), `uses` (paper,
    entity, role), `links` (paper, paper, weight in bits), `relations` (subject, predicate, object, paper), `kinds` and
    `predicates` the names that numbers stand for there.
    """

    papers: tuple[tuple[str, str, int], ...]
    entities: tuple[tuple[str, str, int, int, tuple[str, ...]], ...]
    kinds: tuple[str, ...]
    predicates: tuple[str, ...]
    uses: tuple[tuple[int, int, int], ...]
    links: tuple[tuple[int, int, float], ...]
    relations: tuple[tuple[int, int, int, int], ...]

    @property
    def entity_numbers(self) -> dict[str, int]:
        """Each entity's number, by its id."""
        return {entity[0]: number for number, entity in enumerate(self.entities)}


def read_contents(store: "Store") -> Contents:
    """Return what the map of the page is drawn from, everything in the store's order."""
    papers = tuple((i, t or i, y or 0) for i, t, y in store.stream("SELECT id, title, year FROM papers ORDER BY id"))
    number = {paper[0]: n for n, paper in enumerate(papers)}
    rows = store.rows("SELECT id, name, kind, papers, aliases FROM entities ORDER BY id")
    # The four shipped kinds keep their place, and so their colour and shape; others follow by name.
    shipped = ["Method", "Dataset", "Task", "Metric"]
    kinds = tuple(shipped + sorted({row[2] for row in rows} - set(shipped)))
    entities = tuple((i, name, kinds.index(kind), papers, tuple(more or ())) for i, name, kind, papers, more in rows)
    entity_number = {row[0]: n for n, row in enumerate(rows)}
    best: dict[tuple[int, int], int] = {}
    for paper, entity, role in store.stream("SELECT paper, entity, role FROM denotations ORDER BY paper, name, kind"):
        if paper in number and entity in entity_number:
            pair = number[paper], entity_number[entity]
            known = ROLES.index(role) if role in ROLES else len(ROLES) - 1
            best[pair] = min(best.get(pair, known), known)
    stated = store.rows(
        "SELECT DISTINCT a.entity, r.predicate, b.entity, r.paper FROM relations r "
        "JOIN denotations a ON a.paper = r.paper AND a.name = r.subject "
        "JOIN denotations b ON b.paper = r.paper AND b.name = r.object "
        "WHERE a.entity <> b.entity ORDER BY r.paper, a.entity, r.predicate, b.entity"
    )
    predicates = tuple(sorted({row[1] for row in stated}))
    place = {name: n for n, name in enumerate(predicates)}
    return Contents(
        papers=papers,
        entities=entities,
        kinds=kinds,
        predicates=predicates,
        uses=tuple((paper, entity, role) for (paper, entity), role in sorted(best.items())),
        links=tuple(
            (number[a], number[b], round(weight, 1))
            for a, b, weight in store.stream("SELECT a, b, weight FROM links ORDER BY a, b")
        ),
        relations=tuple(
            (entity_number[s], place[predicate], entity_number[o], number[paper])
            for s, predicate, o, paper in stated
            if s in entity_number and o in entity_number
        ),
    )


def read_ledger(store: "Store", contents: Contents) -> dict[str, Any]:
    """Return why names were merged, identifiers elsewhere, and wider entities, by entity number; only where any.

    The result is ``{"reasons": [...], "entities": {number: {...}}}``. A merge is (name, name, score, reason): a name is
    its place in the entity's name and aliases, or the name itself where it is none of them; a reason is its place in
    ``reasons``, the most frequent first.
    """
    numbers = contents.entity_numbers
    found: dict[str, Any] = {}
    reasons = [
        reason
        for reason, _ in store.rows("SELECT reason, count(*) AS n FROM merges GROUP BY reason ORDER BY n DESC, reason")
    ]
    reason_at = {reason: place for place, reason in enumerate(reasons)}

    def of(entity: str) -> dict[str, list[Any]]:
        return found.setdefault(str(numbers[entity]), {})  # type: ignore[no-any-return]

    for entity, a, b, score, reason in store.stream(
        "SELECT entity, a, b, score, reason FROM merges ORDER BY entity, a, b, a_kind, b_kind"
    ):
        if entity in numbers:
            _, name, _, _, aliases = contents.entities[numbers[entity]]
            known = {alias: place for place, alias in enumerate((name, *aliases))}
            told = [known.get(a, a), known.get(b, b), round(score, 2), reason_at[reason]]
            of(entity).setdefault("merges", []).append(told)
    for entity, scheme, identifier, name, score in store.stream(
        "SELECT entity, scheme, identifier, name, score FROM groundings ORDER BY entity, scheme, identifier"
    ):
        if entity in numbers:
            of(entity).setdefault("groundings", []).append([scheme, identifier, name, round(score, 2)])
    for entity, broader in store.stream("SELECT id, broader FROM entities WHERE len(broader) > 0 ORDER BY id"):
        wider = [numbers[one] for one in broader if one in numbers]
        if wider:
            of(entity)["broader"] = wider
    return {"reasons": reasons, "entities": dict(sorted(found.items(), key=lambda item: int(item[0])))}


class _Rows:
    """Rows of a query that is sorted by paper, taken paper by paper."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows = rows
        self._head = next(rows, None)

    def of(self, paper: str) -> list[tuple[Any, ...]]:
        """Return the rows of ``paper``, without their first column; papers are asked for in rising order."""
        found = []
        while self._head is not None and self._head[0] <= paper:
            if self._head[0] == paper:
                found.append(self._head[1:])
            self._head = next(self._rows, None)
        return found


def read_details(store: "Store", contents: Contents, wanted: Sequence[bool]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (number, details) of each paper that is ``wanted``, in the papers' order.

    Details hold abstract, address, authors, sentences, mentions, claims and relations; offsets count characters (not
    UTF-16 units) in title, empty line, abstract.
    """
    numbers = contents.entity_numbers
    names = _Rows(store.stream("SELECT paper, name, entity FROM denotations ORDER BY paper, name, kind"))
    sentences = _Rows(store.stream('SELECT paper, start, "end", role FROM sentences ORDER BY paper, start'))
    mentions = _Rows(
        store.stream('SELECT paper, start, "end", name, score FROM mentions ORDER BY paper, start, "end", kind')
    )
    claims = _Rows(
        store.stream(
            'SELECT paper, start, "end", type, predicate, polarity, negated, hedged, attribution, score, arguments, '
            'values FROM claims ORDER BY paper, start, "end", predicate'
        )
    )
    relations = _Rows(
        store.stream(
            'SELECT paper, subject, predicate, object, start, "end", score FROM relations '
            "ORDER BY paper, subject, predicate, object, start"
        )
    )
    papers = store.stream("SELECT id, title, abstract, url, doi, arxiv_id, authors, venue FROM papers ORDER BY id")
    for number, (paper, title, abstract, url, doi, arxiv, authors, venue) in enumerate(papers):
        if not wanted[number]:
            continue
        of = {name: numbers[entity] for name, entity in names.of(paper) if entity in numbers}
        plain: dict[str, Any] = {
            "title": title,
            "abstract": abstract,
            "url": url or (f"https://arxiv.org/abs/{arxiv}" if arxiv else f"https://doi.org/{doi}" if doi else ""),
            "authors": list(authors or ()),
            "venue": venue,
            "sentences": [list(row) for row in sentences.of(paper)],
            "mentions": [[s, e, of[name], round(score, 2)] for s, e, name, score in mentions.of(paper) if name in of],
            "claims": [_claim(row, of) for row in claims.of(paper)],
            "relations": [
                [of[s], predicate, of[o], start, end, round(score, 2)]
                for s, predicate, o, start, end, score in relations.of(paper)
                if s in of and o in of
            ],
        }
        yield number, {key: value for key, value in plain.items() if value}


def _claim(row: tuple[Any, ...], of: dict[str, int]) -> dict[str, Any]:
    start, end, kind, predicate, polarity, negated, hedged, attribution, score, arguments, values = row
    plain = {
        "at": [start, end],
        "type": kind,
        "predicate": "" if predicate == "none" else predicate,
        "polarity": "" if polarity == "neutral" else polarity,
        "negated": negated,
        "hedged": hedged,
        "prior": attribution == "prior",
        "score": round(score, 2),
        "arguments": [[a["role"], of[a["entity"]]] for a in arguments or () if a["entity"] in of],
        "values": [v["text"] for v in values or ()],
    }
    return {key: value for key, value in plain.items() if value or key == "score"}


def to_json(value: Any) -> str:
    r"""Return ``value`` as compact JSON that can stand inside a script element: no ``<`` is left in it.

    >>> to_json(["</script>", 1])
    '["\\u003c/script>",1]'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
