"""What is least certain: merges that may be wrong, and names kept apart that may be one; with what papers print."""

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.records import Decision
from kg.text import normalise, one_line

if TYPE_CHECKING:
    from kg.store import Store

#: What one can be shown at once, of merges and of non-merges each.
LIMIT = 20


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A sentence in which a paper prints a name; empty where none does."""

    paper: str = ""
    sentence: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Two names, whether they were merged, how sure that they are one thing and why, and a sentence with each."""

    a: str
    a_kind: str
    b: str
    b_kind: str
    merged: bool
    score: float
    reason: str
    a_quote: Quote
    b_quote: Quote


def find_doubts(store: "Store", *, limit: int = LIMIT) -> list[Doubt]:
    """Return the least certain merges, the least certain first, then the likest pairs that were not merged.

    What people decided is certain. Of the spellings of one name, the first stands for all.

    Args:
        store: the graph.
        limit: merges, and non-merges, at most.
    """
    return [*_doubts(store, limit, merged=True), *_doubts(store, limit, merged=False)]


def _doubts(store: "Store", limit: int, *, merged: bool) -> Iterator[Doubt]:
    table, order = ("merges", "score") if merged else ("rejections", "score DESC")
    seen: set[frozenset[tuple[str, str]]] = set()
    decided = {
        frozenset(((decision.kind, normalise(decision.name)), (decision.other_kind, normalise(decision.other))))
        for decision in store.fetch(Decision, "other_kind <> ''")
    }
    rows = store.stream(
        f"SELECT a, a_kind, b, b_kind, score, reason FROM {table} "  # noqa: S608 - fixed names
        f"WHERE source NOT LIKE 'decisions@%' AND score < 1 ORDER BY {order}, a, b, a_kind, b_kind, reason"
    )
    for a, a_kind, b, b_kind, score, reason in rows:
        pair = frozenset(((a_kind, normalise(a)), (b_kind, normalise(b))))
        if len(seen) == limit:
            return
        if pair not in seen and pair not in decided:
            seen.add(pair)
            yield Doubt(
                a=a, a_kind=a_kind, b=b, b_kind=b_kind, merged=merged, score=score, reason=reason,
                a_quote=find_quote(store, a, a_kind), b_quote=find_quote(store, b, b_kind),
            )  # fmt: skip


def find_quote(store: "Store", name: str, kind: str) -> Quote:
    """Return the first sentence, by paper and place, in which a name of a kind is printed so."""
    rows = store.rows(
        "SELECT m.paper, p.title || '\n\n' || p.abstract, s.start, s.\"end\" FROM mentions m "
        "JOIN papers p ON p.id = m.paper "
        'JOIN sentences s ON s.paper = m.paper AND s.start <= m.start AND m.start < s."end" '
        "WHERE (m.text = ? OR m.name = ?) AND m.kind = ? ORDER BY m.text <> ?, m.paper, m.start LIMIT 1",
        [name, name, kind, name],
    )
    return Quote(paper=rows[0][0], sentence=rows[0][1][rows[0][2] : rows[0][3]]) if rows else Quote()


def to_text(doubts: list[Doubt]) -> str:
    """Return doubts as text for a terminal."""
    lines: list[str] = []
    for merged, title, nothing in (
        (True, "Merged, the least certain first", "No merge is in doubt."),
        (False, "Kept apart, the likest first", "No names that were kept apart look alike."),
    ):
        found = [doubt for doubt in doubts if doubt.merged == merged]
        lines += [*([""] if lines else []), title if found else nothing]
        for doubt in found:
            kinds = doubt.a_kind if doubt.a_kind == doubt.b_kind else f"{doubt.a_kind}, {doubt.b_kind}"
            lines.append(
                f"\n  {doubt.score:.2f}  {one_line(doubt.a)}  {'=' if merged else '≠'}  {one_line(doubt.b)}  ({kinds})"
            )
            lines.append(f"        {doubt.reason}")
            quotes = [quote for quote in (doubt.a_quote, doubt.b_quote) if quote.sentence]
            lines += [f"        “{one_line(quote.sentence)}” [{quote.paper}]" for quote in dict.fromkeys(quotes)]
    return "\n".join(lines) + "\n"
