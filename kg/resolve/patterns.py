"""Broader names that texts give in so many words: "models such as BERT", "BERT and other models".

The patterns are Hearst's ("Automatic acquisition of hyponyms from large text corpora", COLING 1992, section 2), between
two mentions that follow each other.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.store import Store

#: Between a broader mention and a narrower one (a bracket may close an acronym), ...
_DOWN = r"^\)?,? (?:such as|including|especially|e\.g\.,?) (?:the )?$"
#: ... and between a narrower and a broader one.
_UP = r"^\)?,? (?:and|or) other $"


def find_by_pattern(store: "Store") -> list[tuple[str, str]]:
    """Return (narrower, broader) ids of entities of one kind, those that most papers give first."""
    rows = store.rows(
        'WITH placed AS (SELECT m.paper, m.name, m.kind, m."end" AS stop, lead(m.name) OVER w AS following, '
        "lead(m.kind) OVER w AS following_kind, lead(m.start) OVER w AS follows FROM mentions m "
        'WINDOW w AS (PARTITION BY m.paper ORDER BY m.start, m."end", m.kind, m.name)), '
        "between_them AS (SELECT s.*, substr(p.title || chr(10) || chr(10) || p.abstract, stop + 1, follows - stop) "
        "AS said FROM placed s JOIN papers p ON p.id = s.paper WHERE follows > stop AND kind = following_kind), "
        "told AS (SELECT paper, kind, CASE WHEN regexp_matches(said, ?) THEN following ELSE name END AS narrow, "
        "CASE WHEN regexp_matches(said, ?) THEN name ELSE following END AS wide FROM between_them "
        "WHERE regexp_matches(said, ?) OR regexp_matches(said, ?)) "
        "SELECT a.entity, b.entity, count(DISTINCT t.paper) AS n FROM told t "
        "JOIN denotations a ON a.paper = t.paper AND a.name = t.narrow AND a.kind = t.kind "
        "JOIN denotations b ON b.paper = t.paper AND b.name = t.wide AND b.kind = t.kind "
        "WHERE a.entity <> b.entity GROUP BY a.entity, b.entity ORDER BY n DESC, a.entity, b.entity",
        [_DOWN, _DOWN, _DOWN, _UP],
    )
    return [(narrower, broader) for narrower, broader, _ in rows]
