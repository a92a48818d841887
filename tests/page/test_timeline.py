"""The timeline: what stands in it, and in headless Chromium what a reader does with it."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.graph import Graph
from kg.page import to_timeline
from kg.page.timeline import _data, _periods
from kg.records import Denotation, Entity, Paper
from kg.store import Store
from tests.graphs import small_graph
from tests.page.test_browser import driver, opened, type_keys, wait  # noqa: F401 - a fixture
from tests.test_cli import kg as run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("timeline")
    small_graph(made / "exports")
    return made


@pytest.fixture(scope="module")
def graph(folder: Path) -> Iterator[Graph]:
    with kg.open(folder / "exports") as found:
        yield found


def store_of(folder: Path, dates: list[tuple[int | None, str]], name: str = "Thing") -> Store:
    """A store of one entity that papers of these dates use."""
    path = folder / "graph.duckdb"
    with Store(path) as store:
        ids = [f"p{n:03d}" for n in range(len(dates))]
        store.add(
            Paper,
            (
                Paper(id=i, title=f"Paper {i}", abstract="", year=year, date=date)
                for i, (year, date) in zip(ids, dates, strict=True)
            ),
        )
        store.add(Entity, [Entity(id="method/x", name=name, kind="Method", papers=len(ids), mentions=len(ids))])
        store.add(
            Denotation,
            (Denotation(paper=i, name=name, kind="Method", role="uses", entity="method/x", score=1.0) for i in ids),
        )
    return Store(path, read_only=True)


# ---- what stands in it


def test_every_use_of_a_dated_paper_is_counted_in_its_year(graph: Graph) -> None:
    data = _data(graph.store)
    ids, _, columns = data["papers"]
    year_of = {i: data["periods"][column] for i, column in zip(ids, columns, strict=True)}
    assert year_of == {p.id: str(p.year) for p in graph.papers() if p.year is not None}
    assert data["undated"] == sum(p.year is None for p in graph.papers())
    for name, kind, uses in zip(*data["entities"], strict=True):
        counted = Counter(year_of[ids[paper]] for paper in uses[::2])
        entity = graph.entity(name, kind=data["kinds"][kind])
        rows = graph.store.rows(
            "SELECT p.year, count(DISTINCT p.id) FROM denotations d JOIN papers p ON p.id = d.paper "
            "WHERE d.entity = ? AND p.year IS NOT NULL GROUP BY p.year",
            [entity.id],
        )
        assert counted == {str(year): count for year, count in rows}


def test_years_without_papers_have_their_column_too() -> None:
    names, place, unit = _periods([(2009, ""), (2012, ""), (2014, "2014-03")])
    assert names == ["2009", "2010", "2011", "2012", "2013", "2014"] and unit == "year"
    assert place(2012, "") == 3


def test_two_years_are_shown_by_month_where_months_are_known(tmp_path: Path) -> None:
    with store_of(tmp_path, [(2025, "2025-11-03"), (2025, "2025-11"), (2026, "2026-02"), (2026, "2026")]) as store:
        data = _data(store)
    assert data["unit"] == "month" and data["periods"] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert data["papers"][2] == [0, 0, 3] and data["undated"] == 1


def test_centuries_are_shown_in_steps(tmp_path: Path) -> None:
    with store_of(tmp_path, [(1066, ""), (2024, ""), (None, "")]) as store:
        data = _data(store)
    assert data["unit"] == "20 years" and data["periods"][0] == "1060–1079" and data["periods"][-1] == "2020–2039"
    assert len(data["periods"]) <= 50 and data["undated"] == 1


def test_the_same_graph_gives_the_same_timeline_and_no_path_of_the_machine(graph: Graph) -> None:
    one, two = graph.timeline(page="graph.html").html, graph.timeline(page="graph.html").html
    assert one == two and str(graph.folder) not in one


def test_hostile_names_stand_in_the_file_as_data(tmp_path: Path) -> None:
    with store_of(tmp_path, [(2020, "")], name="</script><script>alert(1)</script>") as store:
        page = to_timeline(store, heading="around <b>", page='x"><b>.html')
    assert "</script><script>alert" not in page and "Around &lt;b&gt;: timeline" in page
    [data] = re.findall(r'<script type="application/json" id="times">(.*?)</script>', page)
    assert json.loads(data)["entities"][0] == ["</script><script>alert(1)</script>"]


def test_the_command_writes_it_beside_the_page_that_it_leads_to(folder: Path, tmp_path: Path) -> None:
    (folder / "exports" / "graph.html").unlink(missing_ok=True)
    out, _ = run("view", "--timeline", "--around", "GSM8K", "--no-open", cwd=folder)
    assert out == "exports/timeline-around-gsm8k.html\n"
    text = (folder / out.strip()).read_text(encoding="utf-8")
    assert '"page":"graph.html"' in text and "<h1>Around GSM8K: timeline</h1>" in text
    assert (folder / "exports" / "graph.html").exists()
    run("view", "exports", "--timeline", "-o", "other place/t.html", "--no-open", cwd=folder)
    assert '"page":"../exports/graph.html"' in (folder / "other place" / "t.html").read_text(encoding="utf-8")


# ---- in the browser


@pytest.fixture(scope="module")
def page(folder: Path, graph: Graph) -> Path:
    graph.view().write(folder / "exports" / "graph.html")
    return graph.timeline(page="graph.html").write(folder / "exports" / "timeline.html")


def names(driver: Any) -> list[str]:  # noqa: F811
    return list(driver.execute_script("return rows().map((row) => row.querySelector('.name').textContent)"))


def row(name: str) -> str:
    return f"document.querySelector('li.row[data-entity=\"' + times.name.indexOf({json.dumps(name)}) + '\"]')"


@pytest.mark.browser
def test_it_draws_bars_by_year_and_asks_nothing_of_the_network(driver: Any, page: Path) -> None:  # noqa: F811
    opened(driver, page)
    assert "GSM8K" in names(driver) and "BERT" in names(driver)
    heights = driver.execute_script(
        f"return [...{row('GSM8K')}.querySelectorAll('.bar')].map((bar) => Number(bar.getAttribute('height')))"
    )
    counts = driver.execute_script("return times.series[times.name.indexOf('GSM8K')]")
    assert [height > 0 for height in heights] == [count > 0 for count in counts] and sum(counts) == 3
    assert driver.get_log("browser") == []
    asked = [entry["message"] for entry in driver.get_log("performance") if "requestWillBeSent" in entry["message"]]
    assert asked and all('"url":"file:' in message or '"url":"about:' in message for message in asked)


@pytest.mark.browser
def test_a_name_leads_to_the_graph_page_with_it_chosen(driver: Any, page: Path) -> None:  # noqa: F811
    opened(driver, page, "#entity=GSM8K&kind=Dataset")
    assert "Show it in the graph" in driver.find_element("id", "facts").text
    driver.find_element("css selector", "#facts .to-graph").click()
    wait(lambda: driver.execute_script("return document.body.dataset.ready") == "true", "the graph's page")
    assert driver.execute_script("return labelOf(chosen)") == "GSM8K"


@pytest.mark.browser
def test_the_keyboard_alone_walks_rows_and_years_and_opens_papers(driver: Any, page: Path) -> None:  # noqa: F811
    from selenium.webdriver.common.keys import Keys

    opened(driver, page)
    driver.execute_script("document.querySelector('li.row').focus()")
    first = names(driver)[0]
    type_keys(driver, Keys.ARROW_RIGHT)
    said = driver.execute_script("return document.getElementById('status').textContent")
    assert said.startswith(f"{first} · 20") and " of " in said
    type_keys(driver, Keys.ARROW_DOWN, Keys.ENTER)
    assert names(driver)[1] in driver.find_element("id", "facts").text
    assert "entity=" in driver.current_url
    type_keys(driver, Keys.ESCAPE)
    assert driver.execute_script("return document.getElementById('panel').hidden")
    assert driver.execute_script("return document.activeElement.querySelector('.name').textContent") == names(driver)[1]


@pytest.mark.browser
def test_a_pointer_is_told_the_year_and_its_papers(driver: Any, page: Path) -> None:  # noqa: F811
    from selenium.webdriver.common.action_chains import ActionChains

    opened(driver, page)
    chart = driver.execute_script(f"return {row('GSM8K')}.querySelector('.chart')")
    wide = chart.size["width"] / len(driver.execute_script("return times.periods"))
    place = driver.execute_script("return times.first[times.name.indexOf('GSM8K')]")
    ActionChains(driver).move_to_element_with_offset(
        chart, round(wide * (place + 0.5) - chart.size["width"] / 2), 0
    ).perform()
    tip = driver.find_element("id", "tip").text
    year = driver.execute_script("return times.periods[times.first[times.name.indexOf('GSM8K')]]")
    assert tip.startswith(f"GSM8K · {year}\n") and tip.endswith("2 papers of 2 (100 %)")
    assert driver.execute_script("return [...document.querySelectorAll('.cursor')].every((c) => !c.hidden)")


@pytest.mark.browser
def test_order_measure_and_search_change_what_is_shown_and_the_address_keeps_them(
    driver: Any,  # noqa: F811
    page: Path,
) -> None:
    opened(driver, page, "#order=name&measure=share&find=bert")
    assert names(driver) == sorted(names(driver), key=str.lower) and {"BERT", "RoBERTa"} <= set(names(driver))
    assert "%" in driver.execute_script(f"return {row('BERT')}.querySelector('.peak').textContent")
    field = driver.find_element("id", "search")
    field.clear()
    field.send_keys("nothing like it")
    assert "No entity" in driver.find_element("id", "charts").text
    assert "find=nothing" in driver.current_url and "order=name" in driver.current_url


@pytest.mark.browser
def test_the_table_holds_every_entity_and_every_year(driver: Any, page: Path) -> None:  # noqa: F811
    opened(driver, page)
    text = driver.execute_script("return timesAsCsv()")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0][:3] == ["kind", "entity", "papers"] and rows[0][3:] == driver.execute_script("return times.periods")
    assert all(int(row[2]) == sum(map(int, row[3:])) for row in rows[1:])
    assert len(rows) - 2 == driver.execute_script("return times.name.length")


@pytest.mark.browser
def test_hostile_text_shows_as_text(driver: Any, folder: Path, tmp_path: Path) -> None:  # noqa: F811
    hostile = "<img src=x onerror=alert(1)>"
    with store_of(tmp_path, [(2020, ""), (2021, "")], name=hostile) as store:
        (tmp_path / "t.html").write_text(to_timeline(store, page="javascript:alert(1)//"), encoding="utf-8")
    opened(driver, tmp_path / "t.html")
    assert names(driver) == [hostile]
    driver.execute_script("open(0, 0)")
    assert hostile in driver.find_element("id", "facts").text
    assert driver.execute_script("return document.querySelectorAll('main img').length") == 0
    assert driver.get_log("browser") == []


@pytest.mark.browser
def test_a_graph_without_years_says_so_and_a_narrow_window_needs_no_scrolling_sideways(
    driver: Any,  # noqa: F811
    page: Path,
    tmp_path: Path,
) -> None:
    with store_of(tmp_path, [(None, "")]) as store:
        (tmp_path / "t.html").write_text(to_timeline(store), encoding="utf-8")
    opened(driver, tmp_path / "t.html")
    assert "The year of none of these papers is known" in driver.find_element("id", "charts").text
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    )
    try:
        opened(driver, page)
        assert driver.execute_script("return document.documentElement.scrollWidth") <= 400
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
