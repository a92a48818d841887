"""A graph is changed on a copy: what fails leaves the old one whole and the work to go on from."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from kg.errors import QueryError, StoreError
from kg.records import Link, Paper
from kg.stages import open_for_writing, remove_from_graph
from kg.store import Store
from tests.graphs import PAPERS, small_graph

ROOT = Path(__file__).parents[1]


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_what_is_written_is_there_afterwards_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "graph.duckdb"
    with open_for_writing(path) as store:
        store.add(Paper, [Paper(id="1", title="T", abstract="A")])
    with Store(path, read_only=True) as store:
        assert store.count("papers") == 1
    assert names(path.parent) == ["graph.duckdb"]


def test_a_run_that_fails_leaves_the_old_graph_and_its_own_work(tmp_path: Path) -> None:
    path = small_graph(tmp_path)
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt), open_for_writing(path) as store:
        store.clear(["links"])
        raise KeyboardInterrupt
    assert path.read_bytes() == before
    with open_for_writing(path) as store:
        assert store.count("links") == 0, "the next run goes on from the work of the one that failed"
    assert names(tmp_path) == ["graph.duckdb"]


def test_a_copy_that_was_never_finished_is_made_again(tmp_path: Path) -> None:
    path = small_graph(tmp_path)
    (tmp_path / "graph.duckdb.copy").write_bytes(path.read_bytes()[:5000])
    (tmp_path / "graph.duckdb.fresh").write_bytes(b"half")
    with open_for_writing(path) as store:
        assert store.count("papers") == len(PAPERS)
    assert names(tmp_path) == ["graph.duckdb"]


def test_an_open_graph_stays_as_it_was_and_the_next_is_new(tmp_path: Path) -> None:
    path = small_graph(tmp_path)
    with Store(path, read_only=True) as old:
        with open_for_writing(path) as store:
            store.clear(["links"])
        assert old.count("links") > 0
        with Store(path, read_only=True) as new:
            assert new.count("links") == 0


def test_changing_a_graph_does_not_change_what_it_holds_otherwise(tmp_path: Path) -> None:
    path = small_graph(tmp_path)
    with Store(path, read_only=True) as store:
        before = store.fingerprint()
    with open_for_writing(path):
        pass
    with Store(path, read_only=True) as store:
        assert store.fingerprint() == before


@pytest.mark.parametrize("content", [b"not a database", b""])
def test_a_file_that_is_no_graph_is_refused_by_its_own_name_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "graph.duckdb"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"graph\.duckdb: "), open_for_writing(path):
        pass
    assert path.read_bytes() == content
    assert names(tmp_path) == ["graph.duckdb"]


def test_anothers_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "graph.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE sales (amount INTEGER)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"graph\.duckdb: a DuckDB file, but not a graph"), open_for_writing(path):
        pass
    assert path.read_bytes() == before
    assert names(tmp_path) == ["graph.duckdb"]


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    path = small_graph(tmp_path)
    code = "import sys; from pathlib import Path; from kg.stages import open_for_writing as o\n" \
           "with o(Path(sys.argv[1])): pass"  # fmt: skip
    with open_for_writing(path):
        other = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, cwd=ROOT,
                               check=False)  # fmt: skip
    assert other.returncode == 1
    assert "another process has it open; wait for it to end" in other.stderr
    assert names(tmp_path) == ["graph.duckdb"]


@pytest.mark.parametrize("place", ["file/graph.duckdb", "file/deeper/graph.duckdb"])
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="give another folder"), open_for_writing(tmp_path / place):
        pass


def test_removing_an_unknown_paper_changes_nothing(tmp_path: Path) -> None:
    path = small_graph(tmp_path)
    with Store(path) as store:
        before = store.fingerprint()
        with pytest.raises(QueryError, match="nobody: no such paper"):
            remove_from_graph(["nobody"], store)
        assert store.fingerprint() == before
        assert list(store.fetch(Link))
