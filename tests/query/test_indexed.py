"""A large graph's index on disk: never stale, never half, and open to many at once."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kg.config import ExportConfig, QueryConfig
from kg.errors import QueryError, StoreError
from kg.query import Results, find_queries, open_triples, run_query, to_sparql
from kg.query.indexed import FOLDER
from kg.query.run import ask, load_triples
from kg.query.sources import Source
from kg.rdf import write_rdf
from kg.store import Store
from tests.examples import ROOT
from tests.graphs import small_graph

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
#: Every graph is large: an index is made for each.
LARGE = QueryConfig(memory_triples=0)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_graph(tmp_path_factory.mktemp("made"))


@pytest.fixture
def graph(made: Path, tmp_path: Path) -> Path:
    shutil.copy(made, tmp_path)
    age(tmp_path / "graph.duckdb")
    return tmp_path


def age(path: Path) -> None:
    """Make a file older than the tick within which nothing is remembered of it."""
    before = time.time() - 60
    os.utime(path, (before, before))


def change(graph: Path, sql: str) -> None:
    with duckdb.connect(str(graph / "graph.duckdb")) as connection:
        connection.execute(sql)
    age(graph / "graph.duckdb")


def indexes(folder: Path) -> list[str]:
    return sorted(entry.name for entry in (folder / FOLDER).iterdir() if entry.is_dir())


def count(path: Path, **more: Any) -> int:
    [row] = run_query(path, COUNT, asking=LARGE, **more)
    return int(row["n"])


def watched(seen: list[str]) -> Any:
    def progress(stage: str, pieces: Iterable[Any], total: int | None) -> Iterator[Any]:
        seen.append(stage)
        yield from pieces

    return progress


def test_an_index_answers_what_memory_answers(graph: Path) -> None:
    indexed, loaded = open_triples(graph, asking=LARGE), load_triples(graph)
    assert len(indexed) == len(loaded) > 1000
    for named in find_queries().values():
        assert rows(ask(indexed, to_sparql(named))) == rows(ask(loaded, to_sparql(named)))


def rows(results: Results) -> list[dict[str, Any]]:
    """Rows in which what was joined into one string, in an order that SPARQL leaves open, is sorted."""
    return [
        {key: sorted(re.split("[;, ]+", value)) if isinstance(value, str) else value for key, value in row.items()}
        for row in (dict(row) for row in results)
    ]


@pytest.mark.parametrize("name", ["ttl", "nt", "nq", "trig", "jsonld"])
def test_an_export_of_any_format_is_indexed(graph: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / f"graph.{name}"
    with Store(graph / "graph.duckdb", read_only=True) as store:
        write_rdf(store, file, format=name)
    assert count(file) == count(graph / "graph.duckdb")


def test_it_is_made_once(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    # What is remembered of a file is safe once its last change lies behind the clock's tick.
    monkeypatch.setattr("kg.query.indexed._TICK", 0)
    for _ in range(3):
        count(graph, progress=watched(seen))
    assert seen == ["index"]
    [made] = indexes(graph)
    monkeypatch.setattr(Source, "fingerprint", lambda self: pytest.fail("the graph was read again"))
    assert count(graph) > 1000
    assert indexes(graph) == [made]


def test_where_the_index_is_known_the_graph_is_not_opened(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.query.indexed._TICK", 0)
    whole = count(graph)
    asked = (
        "import sys; from pathlib import Path; from kg.query import open_triples; from kg.config import QueryConfig\n"
        "found = open_triples(Path(sys.argv[1]), asking=QueryConfig(memory_triples=int(sys.argv[2])))\n"
        "print(len(found), 'duckdb' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    # As many as there are at most are wanted on disk; more are not there, so the graph itself is looked at.
    for least, opened in (("0", "False"), ("1000", "False"), ("1000000", "True")):
        words = [sys.executable, "-c", asked, str(graph), least]
        said = subprocess.run(words, env=environment, check=True, capture_output=True, text=True).stdout.split()
        assert said == [str(whole), opened]


def test_what_changed_this_very_moment_is_looked_at_again(graph: Path) -> None:
    seen: list[str] = []
    os.utime(graph / "graph.duckdb")
    for _ in range(2):
        count(graph, progress=watched(seen))
    assert seen == ["index"]
    assert (graph / FOLDER / "seen.json").read_text(encoding="utf-8") == "{}\n"


def test_a_small_graph_needs_none(graph: Path) -> None:
    run_query(graph, COUNT)
    assert not (graph / FOLDER).exists()


def test_another_content_base_or_depth_is_another_index(graph: Path) -> None:
    whole = count(graph)
    assert count(graph, config=ExportConfig(depth=())) < whole
    elsewhere = ExportConfig(base="https://example.org/x/")
    assert run_query(graph, "ASK { <paper/arxiv:1810.04805> ?p ?o }", asking=LARGE, config=elsewhere)
    change(graph, "UPDATE papers SET title = 'Another' WHERE id = '1810.04805'")
    assert run_query(graph, "ASK { ?paper dcterms:title 'Another' }", asking=LARGE)
    assert count(graph) == whole


def test_indexes_of_states_that_are_gone_are_removed_and_those_open_stay_readable(
    graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.query.indexed._TICK", 0)
    opened = open_triples(graph, asking=LARGE)
    before = indexes(graph)
    change(graph, "DELETE FROM links")
    count(graph)
    assert len(indexes(graph)) == 1
    assert indexes(graph) != before
    assert len(list(ask(opened, "SELECT * { ?s ?p ?o }"))) == len(opened)


def test_the_same_content_in_another_file_has_the_same_index(graph: Path, tmp_path: Path) -> None:
    count(graph)
    [made] = indexes(graph)
    small_graph(graph)
    count(graph)
    assert indexes(graph) == [made]


def test_it_lies_where_the_settings_say(graph: Path, tmp_path: Path) -> None:
    place = tmp_path / "some" / "place"
    run_query(graph, COUNT, asking=QueryConfig(memory_triples=0, folder=str(place)))
    assert not (graph / FOLDER).exists()
    assert (place / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_a_place_that_cannot_be_written_is_told(graph: Path) -> None:
    (graph / FOLDER).write_text("a file", encoding="utf-8")
    with pytest.raises(StoreError, match=r"query\.folder in kg\.toml, or ask with --in-memory"):
        count(graph)


def test_a_broken_index_is_told(graph: Path) -> None:
    count(graph)
    [made] = indexes(graph)
    shutil.rmtree(graph / FOLDER / made)
    (graph / FOLDER / made).mkdir()
    with pytest.raises(StoreError, match="remove this folder and ask again"):
        count(graph)


def test_a_memory_of_files_that_cannot_be_read_is_made_anew(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.query.indexed._TICK", 0)
    whole = count(graph)
    seen = graph / FOLDER / "seen.json"
    strange = [re.sub(*words, seen.read_text(encoding="utf-8")) for words in
               ((r'("triples": )(\d+)', r'\1"\2"'), ('"index"', '"indices"'), ('"triples"', '"x"'))]  # fmt: skip
    for broken in ("", "[]", "{", '{"x": 1}', '{"\\ud800": {"index": 3}}', *strange):
        seen.write_text(broken, encoding="utf-8")
        assert count(graph) == whole


def test_a_file_that_does_not_parse_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "graph.ttl").write_text("<http://a/a> <http://a/b> 1 .\n<a> <b> .", encoding="utf-8")
    with pytest.raises(QueryError, match=r"graph\.ttl: .*write it anew"):
        count(tmp_path)
    assert indexes(tmp_path) == []


def test_a_run_that_is_stopped_leaves_nothing_half(graph: Path) -> None:
    def stopped(stage: str, pieces: Iterable[Any], total: int | None) -> Iterator[Any]:
        for piece in pieces:
            yield piece
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        count(graph, progress=stopped)
    assert indexes(graph) == []
    assert count(graph) > 1000


def test_what_a_killed_run_left_is_removed(graph: Path) -> None:
    killed = (
        "import os, sys; from pathlib import Path\n"
        "from kg.config import QueryConfig; from kg.query import open_triples\n"
        "def progress(stage, pieces, total):\n"
        "    yield next(iter(pieces))\n"
        "    os.kill(os.getpid(), 9)\n"
        "open_triples(Path(sys.argv[1]), asking=QueryConfig(memory_triples=0), progress=progress)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", killed, str(graph)], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL
    [left] = indexes(graph)
    assert left.startswith(".partial-")
    assert count(graph) > 1000
    assert left not in indexes(graph)


def test_a_full_disk_is_told_and_leaves_nothing(graph: Path) -> None:
    limited = (
        "import resource, signal, sys; from pathlib import Path; from kg.config import QueryConfig\n"
        "from kg.errors import StoreError; from kg.query import open_triples\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n"
        "    open_triples(Path(sys.argv[1]), asking=QueryConfig(memory_triples=0))\n"
        "except StoreError as error:\n"
        "    sys.stdout.write(str(error))\n"
    )
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    ended = subprocess.run(
        [sys.executable, "-c", limited, str(graph)],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, timeout=60, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "free some space" in ended.stdout
    assert indexes(graph) == []
    assert count(graph) > 1000


def test_many_at_once_make_one_index_and_all_are_answered(graph: Path) -> None:
    asking = (
        "import sys; from pathlib import Path; from kg.config import QueryConfig; from kg.query import run_query\n"
        "[row] = run_query(sys.argv[1], sys.argv[2], asking=QueryConfig(memory_triples=0))\n"
        "sys.stdout.write(str(row['n']))\n"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", asking, str(graph), COUNT],
            env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    answers = [process.communicate(timeout=60) for process in running]
    assert {out for out, _ in answers} == {str(count(graph))}, answers
    assert len(indexes(graph)) == 1
