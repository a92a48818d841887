"""The page to ask on and the pages of things, in headless Chromium, as somebody uses them."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kg.config import ExportConfig
from tests.graphs import small_graph
from tests.page.test_accessible import violations
from tests.page.test_browser import driver  # noqa: F401 - a fixture
from tests.serve.servers import Server, running

pytestmark = pytest.mark.browser
BASE = ExportConfig().base


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(small_graph(tmp_path_factory.mktemp("asking")).parent) as found:
        yield found


def until(ready: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if found := ready():
            return found
        time.sleep(0.05)
    pytest.fail(f"waited for {what}")


@pytest.fixture
def page(driver: Any, server: Server) -> Any:  # noqa: F811
    driver.get("about:blank")
    driver.get_log("browser")
    driver.get(server.address)
    until(lambda: state(driver) == "ready", "the page")
    yield driver
    # A refused query is no fault of the page.
    faults = [line["message"] for line in driver.get_log("browser") if "status of 400" not in line["message"]]
    assert not faults


def state(page: Any) -> str:
    return str(page.execute_script("return document.body.dataset.state"))


def part(page: Any, name: str) -> Any:
    return page.find_element("id", name)


def ask(page: Any, sparql: str) -> str:
    """Ask what is typed, by the keyboard; return the state in which it ends."""
    from selenium.webdriver.common.keys import Keys

    query = part(page, "query")
    page.execute_script("arguments[0].value = arguments[1]", query, sparql)
    query.send_keys(Keys.CONTROL, Keys.ENTER)
    until(lambda: state(page) in ("done", "failed"), "an answer")
    return state(page)


def rows(page: Any) -> list[list[str]]:
    script = "return [...document.querySelectorAll('#results tr')].map((r) => [...r.cells].map((c) => c.textContent))"
    return [list(row) for row in page.execute_script(script)]


def test_a_shipped_query_is_chosen_set_and_asked(page: Any) -> None:
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select

    Select(part(page, "shipped")).select_by_value("entity-facts")
    field = part(page, "set-entity")
    field.clear()
    field.send_keys('say "BERT" \\ x')
    assert 'VALUES ?entity_key { "say \\"bert\\" \\\\ x" }' in part(page, "query").get_property("value")
    field.clear()
    field.send_keys("bert", Keys.ENTER)
    until(lambda: state(page) == "done", "an answer")
    head, *found = rows(page)
    assert head[:2] == ["fact", "said"] and found
    assert part(page, "state").text.startswith(f"{len(found)} row")


def test_a_parameter_is_set_wherever_it_stands(page: Any) -> None:
    from selenium.webdriver.support.ui import Select

    Select(part(page, "shipped")).select_by_value("top-datasets")
    part(page, "set-task").send_keys("parsing")
    text = part(page, "query").get_property("value")
    assert text.count('VALUES ?task_key { "parsing" }') == text.count("VALUES ?") == 2


def test_terms_are_completed(page: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    query = part(page, "query")
    query.clear()
    query.send_keys("ASK { ?paper kg:intr")
    offered = page.find_elements("css selector", "#terms li")
    assert offered[0].text.startswith("kg:introduces") and query.get_attribute("aria-expanded") == "true"
    query.send_keys(Keys.ENTER, "?x }", Keys.CONTROL, Keys.ENTER)
    assert query.get_property("value") == "ASK { ?paper kg:introduces ?x }"
    until(lambda: state(page) == "done", "an answer")
    assert part(page, "state").text.startswith("Yes")


def test_a_fault_is_shown_and_its_place_marked(page: Any) -> None:
    assert ask(page, "SELECT ?s {\n  ?s nosuch:p ?o\n}") == "failed"
    assert "unknown prefix 'nosuch:'" in part(page, "fault").text
    start = page.execute_script("return document.getElementById('query').selectionStart")
    assert start == len("SELECT ?s {\n  ?s ")
    assert ask(page, "ASK {}") == "done"
    assert not part(page, "fault").is_displayed()


def test_hostile_results_are_shown_as_text(page: Any) -> None:
    nasty = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    iri = "javascript:alert(3)"
    assert ask(page, f'SELECT * {{ VALUES (?text ?iri) {{ ("{nasty}" <{iri}>) }} }}') == "done"
    assert rows(page) == [["text", "iri"], [nasty, iri]]
    assert not page.find_elements("css selector", "#results img, #results script")
    links = page.execute_script(
        "return [...document.querySelectorAll('#results a')].map((a) => a.getAttribute('href'))"
    )
    assert links == ["/resource?iri=javascript%3Aalert(3)"]


def test_rows_are_sorted_by_a_click_and_numbers_as_numbers(page: Any) -> None:
    assert ask(page, "SELECT ?n { VALUES ?n { 10 9 100 } }") == "done"
    for expected in (["9", "10", "100"], ["100", "10", "9"]):
        page.find_element("css selector", "#results th button").click()
        assert [row[0] for row in rows(page)[1:]] == expected


def test_a_result_leads_to_the_page_of_its_thing(page: Any) -> None:
    assert ask(page, "SELECT ?paper { ?paper a fabio:ResearchPaper } ORDER BY ?paper LIMIT 1") == "done"
    page.find_element("css selector", "#results a").click()
    iri = until(lambda: page.find_elements("css selector", ".thing .iri a"), "the page of a paper")[0].text
    assert page.current_url.endswith(iri.removeprefix(BASE + "paper/").rpartition("/")[2])
    assert page.find_element("tag name", "h1").text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Any, server: Server, theme: str) -> None:
    from selenium.webdriver.support.ui import Select

    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": theme}]})
    Select(part(page, "shipped")).select_by_value("top-datasets")
    part(page, "run").click()
    until(lambda: state(page) == "done", "an answer")
    assert violations(page) == []
    page.get(f"{server.address}paper/arxiv:1810.04805")
    assert violations(page) == []


def test_a_page_asks_nothing_of_another_address(page: Any, server: Server) -> None:
    import json

    ask(page, "SELECT * { ?s ?p ?o } LIMIT 3")
    told = [json.loads(line["message"])["message"] for line in page.get_log("performance")]
    asked = {one["params"]["request"]["url"] for one in told if one["method"] == "Network.requestWillBeSent"}
    assert asked and all(url.startswith((server.address, "data:", "about:", "chrome")) for url in asked), asked
