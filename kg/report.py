"""The report: what is in the graph, as Markdown that reads well in a terminal and on a web page."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.config import ExportConfig
from kg.records import Decision
from kg.text import one_line

if TYPE_CHECKING:
    from kg.store import Store

#: Rows that each table of the report shows.
_SHOWN = 10
#: Merges and non-merges that are shown, the least certain of each.
_DOUBTS = 20


def write_report(store: "Store", path: Path, *, config: ExportConfig | None = None) -> None:
    """Write the report of a graph: counts, what was yielded, top entities by kind, links, communities, doubts."""
    path.write_text(to_report(store), encoding="utf-8", newline="\n")


def to_report(store: "Store") -> str:
    """Return the report of a graph as Markdown."""
    parts = ["# The graph", _counts(store), _yield(store)]
    for [kind] in store.rows("SELECT kind FROM entities GROUP BY kind ORDER BY count(*) DESC, kind"):
        parts.append(_top(store, kind))
    parts += [_links(store), _communities(store), _merges(store), _apart(store), _decided(store), _made(store)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _cell(value: object) -> str:
    return one_line(str(value)).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _table(head: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def _counts(store: "Store") -> str:
    named = ("papers", "entities", "mentions", "claims", "relations", "links", "merges", "groundings")
    return _table(("what", "count"), [(name, f"{store.count(name):,}") for name in named])


def _yield(store: "Store") -> str:
    [[papers, with_entity, with_claim, with_link]] = store.rows(
        "SELECT (SELECT count(*) FROM papers), (SELECT count(DISTINCT paper) FROM denotations), "
        "(SELECT count(DISTINCT paper) FROM claims), "
        "(SELECT count(DISTINCT p) FROM (SELECT a AS p FROM links UNION ALL SELECT b FROM links))"
    )
    if not papers:
        return "The graph is empty: no paper was read."
    said = [
        f"{count:,} of {papers:,} papers ({count / papers:.0%}) {what}"
        for count, what in (
            (with_entity, "yielded an entity"),
            (with_claim, "yielded a claim"),
            (with_link, "are linked to another"),
        )
    ]
    silent = store.rows(
        "SELECT id, title FROM papers WHERE id NOT IN (SELECT paper FROM denotations) ORDER BY id LIMIT ?", [_SHOWN]
    )
    text = "## What the papers yielded\n\n" + "\n".join(f"- {line}" for line in said)
    if silent:
        text += "\n\nPapers that yielded no entity:\n\n" + _table(("paper", "title"), list(silent))
    return text


def _top(store: "Store", kind: str) -> str:
    rows = store.rows(
        "SELECT e.name, e.papers, count(*) FILTER (d.role = 'introduces'), count(*) FILTER (d.role = 'uses'), "
        "count(*) FILTER (d.role = 'mentions') FROM entities e JOIN denotations d ON d.entity = e.id "
        "WHERE e.kind = ? GROUP BY e.id, e.name, e.papers ORDER BY e.papers DESC, e.name LIMIT ?",
        [kind, _SHOWN],
    )
    return f"## {kind}: the most shared\n\n" + _table(("name", "papers", "introduce", "use", "mention"), rows)


def _links(store: "Store") -> str:
    rows = []
    for a, b, weight, shared in store.rows(
        "SELECT a.title, b.title, l.weight, l.entities FROM links l JOIN papers a ON a.id = l.a "
        "JOIN papers b ON b.id = l.b ORDER BY l.weight DESC, l.a, l.b LIMIT ?",
        [_SHOWN],
    ):
        names = dict(store.rows("SELECT id, name FROM entities WHERE id IN (SELECT unnest(?::VARCHAR[]))", [shared]))
        rows.append((a, b, f"{weight:.1f}", ", ".join(names[entity] for entity in shared[:4])))
    if not rows:
        return ""
    return "## Strongest links\n\n" + _table(("paper", "paper", "bits", "shared, the rarest first"), rows)


def _communities(store: "Store") -> str:
    """Communities of papers over their links (Louvain, fixed seed), each named by what sets it apart."""
    import networkx as nx

    graph: nx.Graph[str] = nx.Graph()
    for a, b, weight in store.stream("SELECT a, b, weight FROM links ORDER BY a, b"):
        graph.add_edge(a, b, weight=weight)
    if not graph:
        return ""
    found = sorted(nx.community.louvain_communities(graph, weight="weight", seed=0), key=lambda c: (-len(c), min(c)))[
        :_SHOWN
    ]
    rows: list[tuple[object, ...]] = []
    for members in found:
        telling = store.rows(
            "SELECT e.name FROM denotations d JOIN entities e ON e.id = d.entity "
            "WHERE d.paper IN (SELECT unnest(?::VARCHAR[])) GROUP BY e.id, e.name, e.papers "
            "HAVING count(DISTINCT d.paper) > 1 ORDER BY "
            "count(DISTINCT d.paper) * ln(1.0 + (SELECT count(*) FROM papers) / e.papers) DESC, e.name LIMIT 4",
            [sorted(members)],
        )
        rows.append((len(members), ", ".join(name for [name] in telling)))
    return "## Communities of papers\n\n" + _table(("papers", "what they share"), rows)


def _merges(store: "Store") -> str:
    rows = store.rows(
        "SELECT a, b, round(score, 2), reason FROM merges WHERE score < 1 AND source NOT LIKE 'decisions@%' "
        "ORDER BY score, a, b, reason LIMIT ?",
        [_DOUBTS],
    )
    return "## Least certain merges\n\n" + _table(("name", "name", "score", "why"), rows) if rows else ""


def _apart(store: "Store") -> str:
    rows = store.rows(
        "SELECT a, b, round(score, 2), reason FROM rejections WHERE source NOT LIKE 'decisions@%' "
        "ORDER BY score DESC, a, b, a_kind, b_kind LIMIT ?",
        [_DOUBTS],
    )
    title = "## Names kept apart, the likest first\n\n"
    return title + _table(("name", "name", "score", "why they are alike"), rows) if rows else ""


def _decided(store: "Store") -> str:
    """What people decided: how much, and the decisions that match no name of the papers."""
    decided = list(store.fetch(Decision))
    if not decided:
        return ""
    missing = [(one.told, ", ".join(one.missing)) for one in decided if one.missing]
    said = f"{len(decided) - len(missing):,} of {len(decided):,} decisions hold."
    if missing:
        said += " Those that match nothing:\n\n" + _table(("decision", "no paper prints"), missing)
    return f"## Decided by people\n\n{said}"


def _made(store: "Store") -> str:
    runs = store.rows("SELECT version, model, config FROM runs")
    made = [f"- kg {version}, model {model}, configuration {config}" for version, model, config in runs]
    return "## Made by\n\n" + "\n".join([*made, f"- content {store.fingerprint()[:16]}"])
