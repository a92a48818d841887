"""What axe-core finds in the page: nothing serious, in light and dark, wide and narrow, with every part open."""

from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.page.test_browser import driver, facts, large, opened, page, wait  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser
#: An edge's address, as the page writes it.
EDGE = "#edge=" + quote('["use","paper:2211.10435","Method:PAL"]')
_RUN = "const done = arguments[arguments.length - 1]; axe.run(document, {}).then(done, (error) => done(String(error)));"


def violations(driver: Any) -> list[str]:  # noqa: F811
    """What is serious or critical, with the elements."""
    driver.execute_script(files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = driver.execute_async_script(_RUN)
    assert isinstance(found, dict) and len(found["passes"]) > 15, found
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"][:4]
    ]


def use(driver: Any, theme: str) -> None:  # noqa: F811
    driver.execute_script("useTheme(arguments[0]); redraw();", theme)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ["", "#entity=BERT&kind=Method", "#paper=2211.10435", EDGE])
def test_axe_finds_nothing_serious(driver: Any, page: Path, theme: str, address: str) -> None:  # noqa: F811
    opened(driver, page, address)
    use(driver, theme)
    if address:
        wait(lambda: driver.execute_script("return !document.getElementById('panel').hidden"), "the panel")
        driver.execute_script("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert violations(driver) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_hits(driver: Any, page: Path, theme: str) -> None:  # noqa: F811
    opened(driver, page)
    use(driver, theme)
    driver.find_element("id", "search").send_keys("reas")
    wait(lambda: driver.execute_script("return !document.getElementById('hits').hidden"), "the hits")
    assert violations(driver) == []


def test_axe_finds_nothing_serious_in_communities(driver: Any, large: Path) -> None:  # noqa: F811
    opened(driver, large)
    assert violations(driver) == []


def test_axe_finds_nothing_serious_in_a_narrow_window(driver: Any, page: Path) -> None:  # noqa: F811
    try:
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": False},
        )
        opened(driver, page, "#paper=2211.10435")
        facts(driver, "Abstract")
        assert violations(driver) == []
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
