"""The page in headless Chromium: what a reader does with mouse and keyboard, and what must never happen."""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

from kg.page.writer import to_page
from kg.records import Denotation, Entity, Link, Paper
from kg.store import Store
from tests.graphs import small_graph
from tests.page.test_layout import made

pytestmark = pytest.mark.browser
#: Chromium and Selenium leave files and sockets to the interpreter's end.
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1300,850",
)  # fmt: skip


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if not chromium or not chromedriver:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must drive the page: install chromium and chromium-driver")
        pytest.skip("no chromium and chromedriver here")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(chromedriver))
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    with Store(small_graph(folder), read_only=True) as store:
        (folder / "graph.html").write_text(to_page(store), encoding="utf-8")
    return folder / "graph.html"


def wait(ready: Callable[[], Any], what: str) -> Any:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if found := ready():
            return found
        time.sleep(0.03)
    raise AssertionError(f"waited 10 s for {what}")


def opened(driver: Any, page: Path, address: str = "") -> Any:
    driver.get("about:blank")
    driver.get_log("browser")
    driver.get_log("performance")
    driver.get(page.as_uri() + address)
    wait(lambda: driver.execute_script("return document.body.dataset.ready") == "true", "the page")
    return driver


def facts(driver: Any, words: str) -> str:
    """The panel's text, once it has these words."""

    def said() -> str:
        text = str(driver.execute_script("return document.getElementById('facts').innerText"))
        return text if words.lower() in text.lower() else ""

    return str(wait(said, f"'{words}' in the panel"))


def shown(driver: Any) -> list[str]:
    return list(driver.execute_script("return shown.nodes.map((node) => labelOf(node.id))"))


def type_keys(driver: Any, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    for key in keys:
        ActionChains(driver).send_keys(key).perform()


def find(driver: Any, text: str) -> None:
    from selenium.webdriver.common.keys import Keys

    field = driver.find_element("id", "search")
    field.clear()
    field.send_keys(text)
    field.send_keys(Keys.ENTER)


def test_nothing_leaves_the_page_and_nothing_goes_wrong(driver: Any, page: Path) -> None:
    opened(driver, page)
    find(driver, "BERT")
    facts(driver, "Also written")
    assert [entry["message"] for entry in driver.get_log("browser")] == []
    asked = [entry["message"] for entry in driver.get_log("performance") if "requestWillBeSent" in entry["message"]]
    assert asked and all('"url":"file:' in message or '"url":"about:' in message for message in asked)


def test_everything_is_drawn(driver: Any, page: Path) -> None:
    opened(driver, page)
    assert {"Attention Is All You Need", "BERT", "GSM8K", "An Editorial"} <= set(shown(driver))
    pixels = driver.execute_script(
        "const c = document.querySelector('#canvas canvas');"
        "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "return new Set(Array.from({length: d.length / 4}, (_, i) => d[4*i] << 16 | d[4*i+1] << 8 | d[4*i+2])).size"
    )
    assert pixels > 20


def test_search_finds_an_alias_and_a_title_word(driver: Any, page: Path) -> None:
    opened(driver, page)
    find(driver, "CoT")
    assert "chain-of-thought prompting" in facts(driver, "Introduced by")
    find(driver, "attention need")
    assert "Ashish Vaswani" in facts(driver, "Abstract")


def test_arrows_walk_the_hits(driver: Any, page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(driver, page)
    field = driver.find_element("id", "search")
    field.send_keys("BERT")
    first = driver.execute_script("return document.querySelector('#hits [aria-selected=true]').dataset.key")
    field.send_keys(Keys.ARROW_DOWN)
    second = driver.execute_script("return document.querySelector('#hits [aria-selected=true]').dataset.key")
    assert first != second
    field.send_keys(Keys.ENTER)
    wait(lambda: driver.execute_script("return chosen") == second, "the second hit")


def test_a_paper_shows_its_abstract_with_its_marks(driver: Any, page: Path) -> None:
    opened(driver, page, "#paper=2211.10435")
    facts(driver, "Most similar papers")
    marks = driver.execute_script("return [...document.querySelectorAll('.abstract mark')].map((m) => m.textContent)")
    assert marks[:2] == ["PAL", "reasoning"]
    claims = driver.execute_script(
        "return [...document.querySelectorAll('.abstract u.claim')].map((u) => u.textContent).join('')"
    )
    assert claims.startswith("On GSM8K, PAL outperforms")


def test_an_entity_shows_why_names_were_merged_and_each_sentence(driver: Any, page: Path) -> None:
    opened(driver, page, "#entity=BERT&kind=Method")
    said = facts(driver, "Claims about it")
    assert "Bidirectional Encoder Representations from Transformers" in said
    assert "Q61726893" in said
    assert "MT-DNN outperforms BERT on GLUE" in said
    driver.execute_script("document.querySelectorAll('#facts details').forEach((d) => { d.open = true; })")
    facts(driver, "abbreviation defined in 1810.04805")


def test_an_edge_shows_the_sentences_behind_it(driver: Any, page: Path) -> None:
    opened(driver, page)
    driver.execute_script("choose(shown.edges.find((edge) => edge.id.startsWith('u')).id)")
    facts(driver, "Sentences")
    driver.execute_script(
        "choose(shown.edges.find((edge) => typeOf(edge.id) === 'r' && relationAt(numberOf(edge.id)).predicate"
        " === 'outperforms' && labelOf(edge.from) === 'RoBERTa').id)"
    )
    assert "BERT was undertrained" in facts(driver, "Stated by 1 paper")


def test_a_click_in_the_picture_opens_what_is_there(driver: Any, page: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    opened(driver, page)
    at = driver.execute_script(
        "const node = nodes.get('e' + graph.name.indexOf('GSM8K'));"
        "const p = network.canvasToDOM({ x: node.x, y: node.y });"
        "const box = document.getElementById('canvas').getBoundingClientRect();"
        "return [p.x - box.width / 2, p.y - box.height / 2]"
    )
    canvas = driver.find_element("id", "canvas")
    ActionChains(driver).move_to_element_with_offset(canvas, round(at[0]), round(at[1])).click().perform()
    assert "Dataset" in facts(driver, "GSM8K")


def test_filters_by_kind_year_and_support_hide_the_others(driver: Any, page: Path) -> None:
    opened(driver, page)
    driver.find_element("css selector", "[data-filter=Dataset]").click()
    assert "GSM8K" not in shown(driver) and "BERT" in shown(driver)
    driver.execute_script("const i = document.getElementById('since'); i.value = 2022; i.onchange()")
    assert "BERT" not in shown(driver) and "PAL" in shown(driver)
    assert "off=Dataset" in driver.current_url.replace("%2C", ",") and "since=2022" in driver.current_url
    driver.find_element("id", "reset").click()
    assert {"GSM8K", "BERT"} <= set(shown(driver))
    driver.execute_script("const r = document.getElementById('least'); r.value = 3; r.oninput(); r.onchange()")
    assert "GSM8K" in shown(driver) and "MT-DNN" not in shown(driver)


def test_the_address_opens_the_same_state(driver: Any, page: Path) -> None:
    opened(driver, page)
    find(driver, "GSM8K")
    facts(driver, "Used by")
    driver.find_element("css selector", "[data-filter=Metric]").click()
    address = driver.current_url
    before = shown(driver)
    opened(driver, page, "#" + address.split("#")[1])
    assert shown(driver) == before and "accuracy" not in before
    assert driver.execute_script("return labelOf(chosen)") == "GSM8K"
    driver.back()


def test_edges_paths_and_communities_are_in_the_address_by_name(driver: Any, page: Path) -> None:
    states = {
        "edge": "await choose(shown.edges.find((edge) => typeOf(edge.id) === 'r').id)",
        "path": "pathFrom = entityNamed('GPT-3'); await choose(entityNamed('RoBERTa'))",
        "community": "await openGroup(0)",
        "around": "await go({ view: { type: 'around', of: entityNamed('GSM8K') }, chosen: entityNamed('PAL') })",
    }
    state = "return [chosen, currentView, walked, shown.nodes.map((node) => node.id)]"
    for name, does in states.items():
        opened(driver, page)
        driver.execute_async_script(f"const done = arguments[0]; (async () => {{ {does}; }})().then(done)")
        before, address = driver.execute_script(state), driver.current_url
        assert f"{name}=" in address and not re.search(r"[=&]([ulre]\d+|\d+)(&|$)", address), address
        opened(driver, page, "#" + address.split("#")[1])
        assert driver.execute_script(state) == before, name
        assert driver.get_log("browser") == []


def test_back_returns_to_what_was_chosen_before(driver: Any, page: Path) -> None:
    opened(driver, page)
    find(driver, "GSM8K")
    facts(driver, "Used by")
    find(driver, "RACE")
    facts(driver, "RACE")
    driver.back()
    facts(driver, "GSM8K")


@pytest.mark.parametrize(
    "address", ["#entity=nothing", "#paper=x", "#edge=u99999", "#community=77&around=p999", "#%%%"]
)
def test_an_address_of_something_unknown_opens_the_page(driver: Any, page: Path, address: str) -> None:
    opened(driver, page, address)
    assert len(shown(driver)) > 30
    assert driver.get_log("browser") == []


def test_a_community_is_shown_alone_and_the_crumbs_lead_back(driver: Any, page: Path) -> None:
    opened(driver, page)
    everything = shown(driver)
    driver.find_element("css selector", "#places button").click()
    alone = shown(driver)
    assert 2 < len(alone) < len(everything)
    driver.find_element("css selector", "[data-filter=Method]").click()
    assert set(shown(driver)) < set(alone)
    driver.find_element("css selector", "[data-filter=Method]").click()
    driver.find_element("css selector", "#crumbs button").click()
    assert shown(driver) == everything


def test_a_path_is_told_in_words(driver: Any, page: Path) -> None:
    opened(driver, page, "#entity=GPT-3")
    facts(driver, "Introduced by")
    driver.execute_script("startPath(chosen)")
    find(driver, "RoBERTa")
    said = facts(driver, "Path")
    assert "is introduced by" in said and "RACE" in said


def test_the_keyboard_alone_walks_opens_and_leaves(driver: Any, page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    opened(driver, page)
    driver.execute_script("document.getElementById('canvas').focus()")
    type_keys(driver, Keys.ARROW_RIGHT)
    first = wait(lambda: driver.execute_script("return chosen"), "a choice")
    type_keys(driver, Keys.ARROW_LEFT)
    assert driver.execute_script("return chosen") != first
    wait(lambda: driver.execute_script("return !document.getElementById('panel').hidden"), "the panel")
    type_keys(driver, "e")
    edge = driver.execute_script("return chosen")
    assert edge[0] in "ulr"
    facts(driver, "Why this edge" if edge[0] == "u" else "Stated by" if edge[0] == "r" else "What they share")
    type_keys(driver, "e", "E")
    assert driver.execute_script("return chosen") == edge
    type_keys(driver, Keys.ESCAPE)
    assert driver.execute_script("return chosen") is None
    driver.find_element("css selector", "#keys summary").click()
    assert "the edges of what is chosen" in driver.find_element("id", "keys").text
    type_keys(driver, Keys.ESCAPE)
    assert driver.execute_script("return document.getElementById('keys').open") is False
    type_keys(driver, "/")
    assert driver.execute_script("return document.activeElement.id") == "search"


def test_hostile_text_shows_as_text_everywhere(driver: Any, page: Path) -> None:
    opened(driver, page, "#paper=" + "x%22%3Cy%3E%2F..%2F%2520%C3%A9")
    said = facts(driver, "Abstract")
    assert 'On <script>alert("t")</script>' in said
    assert "<script>alert(\"x\")</script> & 'quotes'" in said
    assert driver.execute_script("return document.querySelectorAll('#facts script, #facts b, #facts i').length") == 0
    marks = driver.execute_script("return [...document.querySelectorAll('.abstract mark')].map((m) => m.textContent)")
    assert "<b>Bold</b>-Net v2" in marks
    driver.execute_script("document.getElementById('search').focus()")
    driver.find_element("id", "search").send_keys("<script>")
    wait(lambda: "<script>" in driver.find_element("id", "hits").text, "the hit")
    svg = driver.execute_script("return pictureAsSvg()")
    assert "<script" not in svg and "&lt;script" in svg
    assert svg.count("<circle") == len(driver.execute_script("return discsShown()")) > 0
    driver.execute_script(
        "const key = `e${graph.name.findIndex((name) => name.startsWith('<b>'))}`;"
        "go({ view: { type: 'around', of: key }, chosen: key })"
    )
    assert "<b>" in driver.find_element("id", "crumbs").text
    assert "<b>" in unquote_plus(driver.current_url)
    facts(driver, "<b>")
    assert driver.execute_script("return document.querySelectorAll('b, i, img, main script').length") == 0
    with pytest.raises(Exception, match="no such alert"):
        _ = driver.switch_to.alert.text


def test_a_link_that_is_no_web_address_is_not_a_link(driver: Any, page: Path) -> None:
    opened(driver, page)
    tags = driver.execute_script(
        "return ['javascript:alert(1)', 'data:text/html,x', 'https://arxiv.org/abs/1', 'nonsense']"
        ".map((address) => linkOut(address, 'x').tagName)"
    )
    assert tags == ["SPAN", "SPAN", "A", "SPAN"]


def test_tables_of_what_is_shown_are_saved_whole(driver: Any, page: Path) -> None:
    opened(driver, page)
    nodes, edges = driver.execute_script("return [shownNodesAsCsv(), shownEdgesAsCsv()]")
    assert nodes.splitlines()[0] == '"type","id","name","year","papers","aliases"'
    assert '"Paper","1706.03762","Attention Is All You Need","2017","",""' in nodes
    assert '"RoBERTa","outperforms","BERT",""' in edges
    assert driver.execute_script("return pictureAsCanvas().toDataURL('image/png').length") > 5000


def test_dark_and_light_are_one_button_apart(driver: Any, page: Path) -> None:
    opened(driver, page)
    before = driver.execute_script("return document.documentElement.dataset.theme")
    driver.find_element("id", "theme").click()
    assert driver.execute_script("return document.documentElement.dataset.theme") != before


def test_a_narrow_window_keeps_picture_and_panel_in_view(driver: Any, page: Path) -> None:
    try:
        driver.set_window_size(500, 800)
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": 400, "height": 800, "deviceScaleFactor": 1, "mobile": False},
        )
        opened(driver, page, "#paper=2211.10435")
        facts(driver, "Abstract")
        wide, high, panel, stage = driver.execute_script(
            "const at = (id) => document.getElementById(id).getBoundingClientRect();"
            "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight,"
            " at('panel').height, at('canvas').height]"
        )
        assert wide <= 400 and high <= 800
        assert panel > 200 and stage > 120
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        driver.set_window_size(1300, 850)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 1,600 papers in families of ten."""
    folder = tmp_path_factory.mktemp("large")
    told = made(1600, 1)
    ids = [paper[0] for paper in told.papers]
    with Store(folder / "graph.duckdb") as store:
        store.add(Paper, (Paper(id=i, title=title, abstract="", year=year) for i, title, year in told.papers))
        store.add(
            Entity, (Entity(id=i, name=n, kind="Method", papers=p, mentions=p) for i, n, _, p, _ in told.entities)
        )
        store.add(
            Denotation,
            (
                Denotation(paper=ids[paper], name=told.entities[entity][1], kind="Method", role="uses",
                           entity=told.entities[entity][0], score=0.9)
                for paper, entity, _ in told.uses
            ),
        )  # fmt: skip
        store.add(Link, (Link(a=ids[a], b=ids[b], weight=w, entities=()) for a, b, w in told.links))
        (folder / "graph.html").write_text(to_page(store), encoding="utf-8")
    return folder / "graph.html"


def types_shown(driver: Any) -> set[str]:
    return set(driver.execute_script("return shown.nodes.map((node) => typeOf(node.id))"))


def test_a_large_graph_opens_as_communities_and_says_what_is_folded(driver: Any, large: Path) -> None:
    opened(driver, large)
    assert types_shown(driver) == {"g"}
    assert "1,600 papers folded into" in driver.find_element("id", "status").text
    assert driver.get_log("browser") == []


def test_a_community_opens_and_the_crumbs_lead_back(driver: Any, large: Path) -> None:
    opened(driver, large)
    driver.execute_script("choose(shown.nodes[0].id)")
    while types_shown(driver) == {"g"}:
        driver.execute_script("choose(shown.nodes[0].id)")
    assert types_shown(driver) == {"p", "e"}
    assert "community=" in driver.current_url
    driver.find_element("css selector", "#crumbs button").click()
    assert types_shown(driver) == {"g"}
    assert driver.get_log("browser") == []


def test_a_hit_in_a_large_graph_is_shown_where_it_belongs(driver: Any, large: Path) -> None:
    opened(driver, large)
    find(driver, "Paper 1234")
    facts(driver, "Most similar papers")
    assert "Paper 1234" in shown(driver) and "Paper 1235" in shown(driver)
    find(driver, "family 7 1")
    facts(driver, "Used by 10 papers")
    assert {f"Paper {n}" for n in range(70, 80)} <= set(shown(driver))


def test_a_path_through_a_large_graph_is_drawn_alone(driver: Any, large: Path) -> None:
    opened(driver, large, "#paper=p00001")
    facts(driver, "Most similar papers")
    driver.execute_script("startPath(chosen)")
    find(driver, "family 0 2")
    assert "uses" in facts(driver, "Path")


def test_a_page_of_very_many_entities_opens(driver: Any, tmp_path: Path) -> None:
    # More than the 120,000 or so that a function of JavaScript can be called with: Math.max(...all) ended the page.
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(Paper, [Paper(id="p", title="A Paper", abstract="", year=2020)])
        store.add(
            Entity, (Entity(id=f"e{n:06}", name=f"M{n}", kind="Method", papers=1, mentions=1) for n in range(150_000))
        )
        (tmp_path / "graph.html").write_text(to_page(store), encoding="utf-8")
    opened(driver, tmp_path / "graph.html")
    assert driver.get_log("browser") == []
    find(driver, "M149999")
    facts(driver, "in 0 papers")
