"""The same input gives the same bytes: whatever the hash seed, the workers, the order, the kills on the way."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import kg
from kg.config import Config, ExtractConfig
from kg.export import FORMATS
from kg.stages import GRAPH
from tests.examples import EXAMPLES, ROOT, few_papers, tiny_papers, write_papers

#: Every file of an export but the graph itself, whose bytes are DuckDB's; the graph's fingerprint stands for it.
Exports = dict[str, bytes | str]


def exports_of(folder: Path) -> Exports:
    found: Exports = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".duckdb"
    }
    if (folder / GRAPH).exists():
        with kg.open(folder) as graph:
            found["fingerprint"] = graph.store.fingerprint()
    return found


def assert_same(one: Exports, other: Exports) -> None:
    assert list(one) == list(other)
    assert [name for name in one if one[name] != other[name]] == []


def build(papers: list[dict[str, Any]], folder: Path, *, formats: Sequence[str] = ("all",)) -> Exports:
    """Build from a file of these papers, in this process."""
    folder.mkdir(exist_ok=True)
    file = write_papers(folder / "papers.jsonl", papers)
    kg.build(file, folder / "exports", config=Config(extract=ExtractConfig(workers=1)), formats=formats).close()
    return exports_of(folder / "exports")


def build_apart(papers: list[dict[str, Any]], folder: Path, *words: str, seed: str = "0") -> Exports:
    """Build from a file of these papers, as a command of its own."""
    folder.mkdir(exist_ok=True)
    write_papers(folder / "papers.jsonl", papers)
    subprocess.run(
        [sys.executable, "-m", "kg.cli", "-q", "build", "papers.jsonl", *words], cwd=folder, check=True, timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
    )  # fmt: skip
    return exports_of(folder / "exports")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """What the few papers give, in every format."""
    found = build(few_papers(), tmp_path_factory.mktemp("expected"))
    assert {name.partition("/")[0] for name in found} >= {form.file for form in FORMATS.values()}
    return found


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_two_hash_seeds_give_the_same_bytes(expected: Exports, tmp_path: Path, seed: str) -> None:
    assert_same(build_apart(few_papers(), tmp_path, "--formats", "all", seed=seed), expected)


def test_the_order_of_the_input_does_not_matter(expected: Exports, tmp_path: Path) -> None:
    papers = few_papers()
    random.Random(7).shuffle(papers)
    assert_same(build(papers, tmp_path), expected)


def test_a_build_upon_a_build_changes_nothing(expected: Exports, tmp_path: Path) -> None:
    build(few_papers(), tmp_path)
    assert_same(build(few_papers(), tmp_path), expected)


def test_papers_added_later_are_as_if_they_had_been_there_from_the_start(expected: Exports, tmp_path: Path) -> None:
    papers = few_papers()
    build(papers[4:], tmp_path, formats=())
    build(papers[:2], tmp_path, formats=("ttl", "report"))
    assert_same(build(papers[2:6], tmp_path), expected)


def test_a_removed_paper_is_as_if_it_had_never_been_there(expected: Exports, tmp_path: Path) -> None:
    further = [p for p in tiny_papers() if p["id"].endswith("-1")][:4]
    build([*few_papers(), *further], tmp_path)
    kg.remove([paper["id"] for paper in further], tmp_path / "exports").close()
    assert_same(exports_of(tmp_path / "exports"), expected)


def test_a_changed_paper_is_as_if_it_had_always_been_so(expected: Exports, tmp_path: Path) -> None:
    first, *others = few_papers()
    build([first | {"abstract": "An earlier text, about BERT on GLUE."}, *others], tmp_path, formats=())
    assert_same(build([first], tmp_path), expected)


def test_one_process_and_several_give_the_same_bytes(tmp_path: Path) -> None:
    papers = tiny_papers()
    assert len(papers) > 64, "fewer are always done in one process"
    one = build_apart(papers, tmp_path / "one", "-j", "1")
    several = build_apart(papers, tmp_path / "several", "-j", "3")
    assert_same(one, several)


#: Builds as the command does, and is killed when a stage reaches an item; keeps what it extracts eight at a time.
_KILLED = """
import os, signal, sys
import kg, kg.extract, kg.stages
from kg.config import Config, ExtractConfig
kg.stages._KEPT_TOGETHER, kg.extract._CHUNK = 8, 4
stage, number = sys.argv[1], int(sys.argv[2])

def progress(name, items, total):
    for count, item in enumerate(items):
        if (name, count) == (stage, number):
            os.kill(os.getpid(), signal.SIGKILL)
        yield item

kg.build("papers.jsonl", config=Config(extract=ExtractConfig(workers=1)), progress=progress)
"""


@pytest.mark.parametrize(("stage", "number", "left"), [("read", 5, 12), ("extract", 11, 4), ("export", 2, 0)])
def test_a_killed_build_goes_on_where_it_stopped_and_gives_the_same_bytes(
    expected: Exports, tmp_path: Path, stage: str, number: int, left: int
) -> None:
    write_papers(tmp_path / "papers.jsonl", few_papers())
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, stage, str(number)], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    with kg.build(
        tmp_path / "papers.jsonl", tmp_path / "exports", config=Config(extract=ExtractConfig(workers=1)),
        formats=["all"],
    ) as graph:  # fmt: skip
        assert graph.built is not None
        assert graph.built.extracted == left
    assert_same(exports_of(tmp_path / "exports"), expected)


def test_a_build_that_is_killed_leaves_the_old_graph_and_views_whole(tmp_path: Path) -> None:
    before = build(few_papers()[:3], tmp_path, formats=("ttl", "graphml", "html", "report"))
    write_papers(tmp_path / "papers.jsonl", few_papers())
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, "extract", "5"], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    found = exports_of(tmp_path / "exports")
    assert_same({name: found[name] for name in before}, before)


def test_the_committed_exports_are_what_the_example_gives(tmp_path: Path) -> None:
    kg.build(EXAMPLES / "papers.jsonl", tmp_path / "exports", config=EXAMPLES / "kg.toml").close()
    made, committed = exports_of(tmp_path / "exports"), exports_of(ROOT / "exports")
    assert set(committed) >= {"graph.ttl", "graph.graphml", "graph.html", "report.md"}
    assert_same({name: made[name] for name in committed}, committed)
