"""The page of a part of a graph in headless Chromium: alone, and in a notebook's frame."""

from pathlib import Path
from typing import Any

import pytest

import kg
from tests.graphs import small_graph
from tests.page.test_browser import driver, facts, opened, shown, wait  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_graph(tmp_path_factory.mktemp("part")).parent


def test_a_part_is_drawn_alone_around_what_was_asked(driver: Any, folder: Path) -> None:  # noqa: F811
    with kg.open(folder) as graph:
        page = graph.view(around="GSM8K").write(folder / "part.html")
        chosen = graph.select(around="GSM8K")
    opened(driver, page)
    drawn = shown(driver)
    assert len(drawn) == len(chosen.papers) + len(chosen.entities)
    assert "GSM8K" in drawn and "An Editorial" not in drawn
    assert driver.execute_script("const n = nodes.get('e' + graph.name.indexOf('GSM8K')); return [n.x, n.y]") == [0, 0]
    assert "a part of a graph of 9 papers" in driver.find_element("id", "status").text
    driver.execute_script("choose('e' + graph.name.indexOf('GSM8K'))")
    facts(driver, "Used by")
    assert driver.get_log("browser") == []


def test_a_notebook_frame_draws_the_page_and_reaches_nothing_outside(driver: Any, folder: Path) -> None:  # noqa: F811
    with kg.open(folder) as graph:
        frame = graph.view(around="GSM8K", height=500)._repr_html_()
    notebook = folder / "notebook.html"
    notebook.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{frame}</body>", encoding="utf-8")
    driver.get("about:blank")
    driver.get_log("browser")
    driver.get(notebook.as_uri())
    inside = driver.find_element("tag name", "iframe")
    assert inside.size["height"] >= 500
    driver.switch_to.frame(inside)
    try:
        wait(lambda: driver.execute_script("return document.body.dataset.ready") == "true", "the page")
        driver.execute_script("choose('e' + graph.name.indexOf('GSM8K'))")
        facts(driver, "Used by")
        with pytest.raises(Exception, match=r"Blocked a frame|cross-origin"):
            driver.execute_script("return parent.document.title")
    finally:
        driver.switch_to.default_content()
    assert driver.get_log("browser") == []
