"""The timeline: entities over the years in one HTML file that needs no network, under the page's style and policy."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from kg.page.contents import ROLES, to_json
from kg.page.picture import PAPER_SHAPE, shape_of
from kg.page.writer import pack, policy, source

if TYPE_CHECKING:
    from kg.store import Store

#: The timeline's script: the page's own parts that know nothing of the graph's picture, then its own.
SCRIPTS = ("data.js", "style.js", "timeline-data.js", "timeline-chart.js", "timeline.js")
#: Entities of a kind that the timeline holds, those of most papers; a dozen of each are shown, the others are found.
_HELD = 600
#: Columns of a chart: more are too thin to point at. Longer times are told in steps of several years.
_COLUMNS = 48
#: With fewer years than this, a chart by year says little: months are shown where they are known.
_FEW_YEARS = 3
#: From so many characters of data on they are held deflated, as in `kg.page.writer`.
_PACK_FROM = 600_000


def to_timeline(store: "Store", *, heading: str = "", page: str = "") -> str:
    """Return the timeline's HTML.

    Args:
        store: the open graph, or a part of one.
        heading: what it shows, in words; the whole graph by default.
        page: the address of the graph's page, which names lead to; without it they lead nowhere.
    """
    from jinja2 import Environment
    from markupsafe import Markup

    data = to_json(_data(store) | {"page": page})
    packed = len(data) >= _PACK_FROM
    script = '"use strict";\n' + "\n".join(source(name) for name in SCRIPTS)
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    return environment.from_string(source("timeline.html")).render(
        title=f"{heading[:1].upper() + heading[1:] or 'Knowledge graph'}: timeline",
        policy=policy([script]),
        style=Markup(source("page.css") + source("timeline.css")),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - ours
        packed=packed,
        data=Markup(pack(data) if packed else data),  # noqa: S704 - no "<" in it
    )


def _data(store: "Store") -> dict[str, Any]:
    rows = store.rows("SELECT id, title, year, date FROM papers WHERE year IS NOT NULL ORDER BY year, id")
    periods, place_of, unit = _periods([(year, date or "") for _, _, year, date in rows])
    dated = [(i, title or i, place_of(year, date or "")) for i, title, year, date in rows]
    papers = sorted(((i, title, place) for i, title, place in dated if place is not None), key=lambda p: (p[2], p[0]))
    number = {paper[0]: n for n, paper in enumerate(papers)}
    uses: dict[str, dict[int, int]] = defaultdict(dict)
    for paper, entity, role in store.stream("SELECT paper, entity, role FROM denotations ORDER BY paper, name, kind"):
        if paper in number:
            known = ROLES.index(role) if role in ROLES else len(ROLES) - 1
            uses[entity][number[paper]] = min(uses[entity].get(number[paper], known), known)
    entities = store.rows("SELECT id, name, kind FROM entities ORDER BY id")
    shipped = ["Method", "Dataset", "Task", "Metric"]
    kinds = shipped + sorted({kind for _, _, kind in entities} - set(shipped))
    ranked = sorted((row for row in entities if row[0] in uses), key=lambda row: (-len(uses[row[0]]), row[0]))
    having = Counter(kind for _, _, kind in ranked)
    held: Counter[str] = Counter()
    kept = []
    for identifier, name, kind in ranked:
        if held[kind] < _HELD:
            held[kind] += 1
            kept.append([name, kinds.index(kind), [n for use in sorted(uses[identifier].items()) for n in use]])
    count = store.count("papers")
    return {
        "unit": unit,
        "periods": periods,
        "kinds": kinds,
        "shapes": [shape_of(kind) for kind in range(len(kinds))],
        "paperShape": PAPER_SHAPE,
        "roles": ROLES,
        "papers": [list(column) for column in zip(*papers, strict=True)] or [[], [], []],
        "entities": [list(column) for column in zip(*kept, strict=True)] or [[], [], []],
        "left": {kind: having[kind] - held[kind] for kind in kinds if having[kind] > held[kind]},
        "undated": count - len(papers),
    }


def _periods(dates: Sequence[tuple[int, str]]) -> tuple[list[str], Callable[[int, str], int | None], str]:
    """Return the columns' names from first to last, a function from year and date to a column, and what one is."""
    years = sorted({year for year, _ in dates})
    if not years:
        return [], lambda year, date: None, "year"
    months = sorted({date[:7] for _, date in dates if _month(date) is not None})
    of_month = sum(_month(date) is not None for _, date in dates)
    if len(years) < _FEW_YEARS and len(months) > 1 and of_month * 2 > len(dates):
        first, last = _month(months[0]) or 0, _month(months[-1]) or 0
        return (
            [f"{n // 12}-{n % 12 + 1:02d}" for n in range(first, last + 1)],
            lambda year, date: None if (n := _month(date)) is None else n - first,
            "month",
        )
    step = next(n for n in (1, 2, 5, 10, 20, 50, 100, 1000, 10_000) if (years[-1] - years[0]) // n < _COLUMNS)
    start = years[0] - years[0] % step
    names = [str(y) if step == 1 else f"{y}–{y + step - 1}" for y in range(start, years[-1] + 1, step)]
    return names, lambda year, date: (year - start) // step, "year" if step == 1 else f"{step} years"


def _month(date: str) -> int | None:
    """Return a month counted from the year 0, or ``None`` where the date has none.

    >>> _month("2023-02-01"), _month("2023"), _month("2023-13")
    (24277, None, None)
    """
    year, _, rest = date.partition("-")
    month = rest[:2]
    if not (year.isdecimal() and month.isdecimal() and len(month) == 2 and 1 <= int(month) <= 12):
        return None
    return int(year) * 12 + int(month) - 1
