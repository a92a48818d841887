"""The page is one file: strict policy, nothing from outside, text escaped, data that reads back, stable bytes."""

import base64
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from kg.config import ExportConfig
from kg.page import timeline, write_page
from kg.page.contents import read_contents, read_details, read_ledger, to_json
from kg.page.writer import SCRIPTS, pack, to_page
from kg.records import Paper
from kg.store import Store
from tests.graphs import small_graph


class Page(HTMLParser):
    """The scripts, data blocks and attributes of a page, as a browser's parser sees them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.blocks: dict[str, str] = {}
        self.attributes: list[tuple[str, str, str]] = []
        self._into: list[str] | str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.attributes += [(tag, name, value) for name, value in given.items()]
        if tag == "script":
            self._into = given.get("id", self.scripts)

    def handle_data(self, data: str) -> None:
        if isinstance(self._into, str):
            self.blocks[self._into] = self.blocks.get(self._into, "") + data
        elif self._into is not None:
            self._into.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._into = None


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(small_graph(tmp_path_factory.mktemp("small")), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def text(store: Store) -> str:
    return to_page(store)


def block(page: Page, name: str) -> Any:
    return json.loads(page.blocks[name])


def rows_in(columns: dict[str, Any], steps: str) -> list[tuple[int, int]]:
    """(owner, number) of each row: what the page's script adds up again."""
    found = []
    taken = iter(columns[steps])
    for owner, count in enumerate(columns["of"]):
        number = 0
        for _ in range(count):
            number += next(taken)
            found.append((owner, number))
    return found


def uses_in(told: Any) -> list[tuple[int, int, int]]:
    columns = told["uses"]
    return [(p, e, int(role)) for (p, e), role in zip(rows_in(columns, "entities"), columns["roles"], strict=True)]


def links_in(told: Any) -> list[tuple[int, int, float]]:
    columns = told["links"]
    return [(a, b, tenths / 10) for (a, b), tenths in zip(rows_in(columns, "papers"), columns["tenths"], strict=True)]


def relations_in(told: Any) -> list[tuple[int, int, int, int]]:
    columns = told["relations"]
    entities: dict[int, list[int]] = {}
    for paper, entity, _ in uses_in(told):
        entities.setdefault(paper, []).append(entity)
    owners = [paper for paper, count in enumerate(columns["of"]) for _ in range(count)]
    rows = zip(columns["subjects"], columns["predicates"], columns["objects"], owners, strict=True)
    return [(entities[paper][s], predicate, entities[paper][o], paper) for s, predicate, o, paper in rows]


def test_the_policy_allows_these_scripts_and_nothing_else(text: str) -> None:
    page = Page(text)
    [policy] = [v for tag, name, v in page.attributes if tag == "meta" and name == "content" and "script-src" in v]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    hashes = re.findall(r"'sha256-([^']+)'", policy)
    assert len(page.scripts) == 2
    assert [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in page.scripts] == hashes


def test_nothing_is_loaded_from_outside(text: str) -> None:
    page = Page(text)
    assert not [a for a in page.attributes if a[1] == "src" or (a[1] == "href" and not a[2].startswith("#"))]
    assert not [a for a in page.attributes if a[1].startswith("on") or a[1] == "style"]
    assert "@import" not in text


def test_hostile_text_never_closes_a_script(text: str) -> None:
    assert "<script>alert" not in text
    titles = block(Page(text), "map")["papers"][1]
    assert any('<script>alert("t")</script>' in title for title in titles)


def test_the_map_reads_back_to_the_store(text: str, store: Store) -> None:
    told = block(Page(text), "map")
    assert told["papers"][0] == [paper.id for paper in store.fetch(Paper)]
    assert len(told["entities"][0]) == store.count("entities")
    assert links_in(told) == [(a, b, round(w, 1)) for a, b, w in read_contents(store).links]
    assert uses_in(told) == list(read_contents(store).uses)
    assert relations_in(told) == list(read_contents(store).relations)
    assert len(told["paperGroup"]) == store.count("papers")
    assert told["whole"] is True


def test_details_hold_offsets_that_fit_the_text(text: str, store: Store) -> None:
    page = Page(text)
    told = block(page, "map")
    entities: dict[int, list[int]] = {}
    for number, entity, _ in uses_in(told):
        entities.setdefault(number, []).append(entity)
    details = block(page, "details-0")
    mentions = []
    for number, paper in enumerate(details):
        whole = paper.get("title", told["papers"][1][number]) + "\n\n" + paper.get("abstract", "")
        flat = paper.get("mentions", [])
        start = 0
        for step, length, place, score in zip(flat[::4], flat[1::4], flat[2::4], flat[3::4], strict=True):
            start += step
            mentions.append((whole[start : start + length], score / 100))
            assert told["entities"][0][entities[number][place]]
        for claim in paper.get("claims", []):
            assert whole[slice(*claim["at"])].strip()
    assert mentions == [
        (text, round(score, 2))
        for text, score in store.rows('SELECT text, score FROM mentions ORDER BY paper, start, "end", kind')
    ]


def test_the_ledger_says_why_names_were_merged(store: Store) -> None:
    contents = read_contents(store)
    told = read_ledger(store, contents)
    bert = next(n for n, entity in enumerate(contents.entities) if entity[1] == "BERT")
    of_bert = told["entities"][str(bert)]
    assert told["reasons"][of_bert["merges"][0][3]] == "abbreviation defined in 1810.04805"
    assert of_bert["groundings"][0][:2] == ["wikidata", "Q61726893"]


def test_details_of_unwanted_papers_stay_out(store: Store) -> None:
    contents = read_contents(store)
    wanted = [n == 2 for n in range(len(contents.papers))]
    assert [number for number, _ in read_details(store, contents, wanted)] == [2]


def test_two_exports_have_the_same_bytes(tmp_path: Path, store: Store, text: str) -> None:
    write_page(store, tmp_path / "graph.html", config=ExportConfig())
    assert (tmp_path / "graph.html").read_bytes() == text.encode()


def test_no_path_of_a_machine_is_in_the_page(text: str, store: Store) -> None:
    assert str(store.path.parent) not in text
    assert str(Path.home()) + "/" not in text or str(Path.home()) == "/"


def test_packed_text_comes_back() -> None:
    text = to_json(["x<y é \U0001f600"] * 1000)
    assert "<" not in text
    assert zlib.decompress(base64.b64decode(pack(text)), -15).decode() == text


def test_a_larger_page_holds_its_data_packed(store: Store, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("kg.page.writer._PACK_FROM", 1000)
    packed = Page(to_page(store)).blocks
    assert packed.keys() == Page(text).blocks.keys()
    for name, plain in Page(text).blocks.items():
        assert zlib.decompress(base64.b64decode(packed[name]), -15).decode() == plain


def test_details_beyond_their_room_are_left_out_and_the_page_knows(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.page.writer._DETAILS", 3000)
    page = Page(to_page(store))
    told = block(page, "map")
    assert told["heldAll"] is False
    assert 0 < len(told["held"]) < store.count("papers")
    assert len(block(page, "details-0")) == len(told["held"])
    first = block(page, "details-0")[0]
    [abstract] = store.rows("SELECT abstract FROM papers WHERE id = ?", [told["papers"][0][told["held"][0]]])[0]
    assert first["abstract"] == abstract


def test_an_empty_graph_has_a_page(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        told = block(Page(to_page(store)), "map")
    assert told["papers"] == [[], [], []]
    assert told["groups"] == []


def test_every_script_of_the_page_is_put_in() -> None:
    folder = Path(__file__).parents[2] / "kg" / "page"
    assert {path.name for path in folder.glob("*.js")} == {*SCRIPTS, *timeline.SCRIPTS}


def test_no_script_writes_markup() -> None:
    folder = Path(__file__).parents[2] / "kg" / "page"
    for path in folder.glob("*.js"):
        source = path.read_text(encoding="utf-8")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert word not in source, f"{path.name}: {word}"
