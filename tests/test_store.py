"""The store keeps what it is given, whole or not at all, and says what is wrong with a file and what to do."""

import os
import random
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import KGError, StoreError
from kg.records import Document, Link, Mention, Paper, Sentence, from_plain, hints_of, to_plain
from kg.store import EXTRACTED, ORDER, SCHEMA, TABLES, Store, columns_of, paper_key
from kg.text import clean
from tests.graphs import PAPERS, small_graph
from tests.test_records import record

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_graph(tmp_path_factory.mktemp("small"))


def paper(number: int, **fields: Any) -> Paper:
    return Paper(id=f"p{number}", title=f"Paper {number}", abstract="Some text.", **fields)


# ---- keeping


@pytest.mark.parametrize("cls", TABLES.values(), ids=lambda c: c.__name__)
def test_every_record_of_the_small_graph_comes_back_as_it_was(small: Path, tmp_path: Path, cls: type) -> None:
    with Store(small, read_only=True) as store, Store(tmp_path / "again.duckdb") as again:
        kept: list[Any] = list(store.fetch(cls))
        assert kept, "the small graph has a row in every table"
        assert again.add(cls, kept) == len(kept)
        assert list(again.fetch(cls)) == kept


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("scratch") / "graph.duckdb") as store:
        yield store


def cleaned(value: Any) -> Any:
    """Return a JSON value with the texts as reading leaves them."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    return {key: cleaned(item) for key, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize("table", TABLES)
@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_record_comes_back_as_it_was(scratch: Store, table: str, data: st.DataObject) -> None:
    cls = TABLES[table]
    made: Any = from_plain(cls, cleaned(to_plain(data.draw(record(cls)))))
    scratch.clear([table])
    scratch.add(cls, [made])
    assert list(scratch.fetch(cls)) == [made]


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE papers; --",
        '{"json": [1, "two"]}',
        "2024-01-01",
        "null",
        "NaN",
        "\\u0041 \\n \\",
        "line\nend\ttab",
        "\u202eright to left\u202c العربية \U0001f600",
        "x" * 200_000,
    ],
    ids=lambda text: text[:12].encode("unicode_escape").decode(),
)
def test_hostile_text_is_kept_to_the_letter(tmp_path: Path, text: str) -> None:
    kept = Paper(id=text[:300], title=text, abstract=text, authors=(text, ""), date=text)
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(Paper, [kept])
        assert list(store.fetch(Paper, "id = ?", [kept.id])) == [kept]


def test_columns_are_the_fields_of_the_record(small: Path) -> None:
    with Store(small, read_only=True) as store:
        for table, cls in TABLES.items():
            found = [name for [name] in store.rows("SELECT column_name FROM duckdb_columns() WHERE table_name = ?",
                                                   [table])]  # fmt: skip
            assert found == list(columns_of(table)) == list(hints_of(cls))
            assert table in ORDER


def test_more_rows_than_a_batch_takes_are_all_kept(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        count = store.add(Sentence, (Sentence(paper="p", start=i, end=i + 1, role="other") for i in range(100_001)))
        assert count == store.count("sentences") == 100_001
        assert list((tmp_path / "graph.duckdb.tmp").iterdir()) == []


def test_nothing_is_added_of_an_empty_stream(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        assert store.add(Paper, []) == 0
        assert list(store.fetch(Paper)) == []


def test_rows_come_in_the_tables_order_whatever_the_order_they_went_in(tmp_path: Path) -> None:
    papers = [paper(n) for n in range(50)]
    random.Random(1).shuffle(papers)
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(Paper, papers)
        assert list(store.fetch(Paper)) == sorted(papers, key=lambda p: p.id)


def test_a_store_stays_readable_after_it_is_closed_and_opened(tmp_path: Path) -> None:
    path = tmp_path / "graph.duckdb"
    with Store(path) as store:
        store.add(Paper, [paper(1)])
    for read_only in (False, True):
        with Store(path, read_only=read_only) as store:
            assert store.count("papers") == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["graph.duckdb"]


# ---- whole or not at all


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(Paper, [paper(1)])
        with pytest.raises(KeyboardInterrupt), store.transaction():
            store.add(Paper, [paper(2)])
            store.clear(["papers"])
            raise KeyboardInterrupt
        assert [p.id for p in store.fetch(Paper)] == ["p1"]
        with store.transaction():
            store.add(Paper, [paper(3)])
        assert store.count("papers") == 2


def test_a_stream_that_fails_adds_none_of_its_batch(tmp_path: Path) -> None:
    def failing() -> Iterator[Paper]:
        yield paper(1)
        raise ValueError("the reader failed")

    with Store(tmp_path / "graph.duckdb") as store:
        with pytest.raises(ValueError, match="the reader failed"):
            store.add(Paper, failing())
        assert store.count("papers") == 0


def test_documents_replace_what_their_papers_had(tmp_path: Path) -> None:
    first = paper(1)
    sentence = Sentence(paper="p1", start=0, end=7, role="title")
    mention = Mention(paper="p1", start=0, end=5, text="Paper", kind="Method", name="Paper", score=0.5, source="m@1")
    with Store(tmp_path / "graph.duckdb") as store:
        store.add_documents([(Document(paper=first, sentences=(sentence,), mentions=(mention,)), "k1")])
        store.add_documents([(Document(paper=first, sentences=(sentence,)), "k2"), (Document(paper=paper(2)), "k2")])
        assert store.rows("SELECT paper, key FROM extractions ORDER BY ALL") == [("p1", "k2"), ("p2", "k2")]
        assert list(store.fetch(Sentence)) == [sentence]
        assert store.count("mentions") == 0
        store.remove_extractions(["p1", "unknown"])
        assert [store.count(table) for table in EXTRACTED] == [0] * len(EXTRACTED)
        assert store.rows("SELECT paper FROM extractions") == [("p2",)]


def test_the_key_of_an_extraction_changes_with_text_and_model_alone() -> None:
    assert paper_key(paper(1), "m") == paper_key(paper(1, year=1999, authors=("A",)), "m")
    assert paper_key(paper(1), "m") != paper_key(paper(1), "n")
    assert paper_key(paper(1), "m") != paper_key(paper(2), "m")


# ---- what it holds, as one number


def test_the_fingerprint_does_not_depend_on_the_order_of_inserting(small: Path, tmp_path: Path) -> None:
    with Store(small, read_only=True) as store:
        expected = store.fingerprint()
        held: dict[type, list[Any]] = {cls: list(store.fetch(cls)) for cls in TABLES.values()}
    for seed in (1, 2):
        shuffled = random.Random(seed)
        with Store(tmp_path / f"{seed}.duckdb") as other:
            for cls in shuffled.sample(list(held), len(held)):
                rows = list(held[cls])
                shuffled.shuffle(rows)
                for row in rows[:3]:
                    other.add(cls, [row])
                other.add(cls, rows[3:])
            assert other.fingerprint() == expected


def test_the_fingerprint_changes_with_any_row(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        empty = store.fingerprint()
        store.add(Link, [Link(a="a", b="b", weight=3.1, entities=("x",))])
        one = store.fingerprint()
        store.run("UPDATE links SET weight = 3.2")
        assert len({empty, one, store.fingerprint()}) == 3


def test_a_compact_copy_holds_the_same_and_less_air(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        for _ in range(6):
            store.clear(["papers"])
            store.add(Paper, (paper(n, authors=(str(n * 7919), str(n * 104729))) for n in range(20_000)))
        store.add_documents([(Document(paper=paper(1)), "key")])
        store.write_compact(tmp_path / "fresh.duckdb")
        expected = store.fingerprint()
        # The copying leaves the store usable.
        assert store.count("papers") == 20_000
    with Store(tmp_path / "fresh.duckdb", read_only=True) as fresh:
        assert fresh.fingerprint() == expected
        assert fresh.rows("SELECT paper, key FROM extractions") == [("p1", "key")]
    assert (tmp_path / "fresh.duckdb").stat().st_size < (tmp_path / "graph.duckdb").stat().st_size


def test_a_path_with_a_quote_can_be_written_and_copied(tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s "odd" {and} ünïcode'
    folder.mkdir()
    with Store(folder / "graph's.duckdb") as store:
        store.add(Paper, [paper(1)])
        store.write_compact(folder / "fresh's.duckdb")
    with Store(folder / "fresh's.duckdb", read_only=True) as fresh:
        assert fresh.count("papers") == 1


def test_a_new_graph_in_an_old_ones_place_is_what_is_opened_next(tmp_path: Path) -> None:
    # DuckDB shares what one process has open by its path: the old file would be shown on.
    path = small_graph(tmp_path)
    with Store(path, read_only=True) as old:
        with Store(tmp_path / "new.duckdb") as store:
            store.add(Paper, [paper(1)])
        (tmp_path / "new.duckdb").replace(path)
        with Store(path, read_only=True) as new:
            assert new.count("papers") == 1
        assert old.count("papers") == len(PAPERS)


# ---- files that are not as they should be


def test_a_graph_that_is_missing_is_not_made_by_reading(tmp_path: Path) -> None:
    path = tmp_path / "none" / "graph.duckdb"
    with pytest.raises(StoreError, match="kg build PAPERS"):
        Store(path, read_only=True)
    assert not path.parent.exists()


def test_a_folder_in_the_graphs_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "graph.duckdb").mkdir()
    for read_only in (True, False):
        with pytest.raises(StoreError, match=r"graph\.duckdb"):
            Store(tmp_path / "graph.duckdb", read_only=read_only)


@pytest.mark.parametrize("content", [b"not a database", b"\x00" * 20_000, random.Random(0).randbytes(20_000)], ids=len)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "graph.duckdb"
    path.write_bytes(content)
    for read_only in (True, False):
        with pytest.raises(StoreError, match="move it away and build again"):
            Store(path, read_only=read_only)
    assert path.read_bytes() == content


def test_a_graph_cut_short_is_refused(tmp_path: Path) -> None:
    path = small_graph(tmp_path)
    path.write_bytes(path.read_bytes()[: 12 * 1024])
    with pytest.raises(StoreError, match="build again"), Store(path, read_only=True) as store:
        list(store.fetch(Paper))


def test_anothers_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sales.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE sales (amount INTEGER)")
    for read_only in (True, False):
        with pytest.raises(StoreError, match="not a graph of kg's; give another place"):
            Store(path, read_only=read_only)
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("sales",)]


@pytest.mark.parametrize("number", [SCHEMA + 1, 0])
def test_a_graph_of_another_version_is_refused_with_both_numbers(tmp_path: Path, number: int) -> None:
    path = small_graph(tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE schema_version SET number = ?", [number])
    for read_only in (True, False):
        with pytest.raises(StoreError, match=f"schema {number}, this is {SCHEMA}.*build again"):
            Store(path, read_only=read_only)


def test_a_refused_file_is_not_kept_open(tmp_path: Path) -> None:
    path = small_graph(tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE schema_version SET number = 99")
    with pytest.raises(StoreError):
        Store(path)
    # DuckDB refuses a second connection of another mode in one process while the first lives.
    duckdb.connect(str(path), read_only=True).close()


def test_a_graph_that_another_process_writes_is_told_to_be_in_use(tmp_path: Path) -> None:
    path = small_graph(tmp_path)
    code = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from kg.store import Store
        with Store(Path(sys.argv[1])):
            print("open", flush=True)
            sys.stdin.read()
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as other:
        assert other.stdout and other.stdin
        assert other.stdout.readline() == "open\n"
        for read_only in (True, False):
            with pytest.raises(StoreError, match="another process has it open; wait for it to end") as error:
                Store(path, read_only=read_only)
            assert "\n" not in str(error.value)
        other.stdin.close()
    assert other.returncode == 0
    Store(path, read_only=True).close()


def test_two_processes_may_read_at_once(small: Path) -> None:
    code = "import sys; from pathlib import Path; from kg.store import Store; " \
           "print(Store(Path(sys.argv[1]), read_only=True).count('papers'))"  # fmt: skip
    with Store(small, read_only=True) as store:
        said = subprocess.run([sys.executable, "-c", code, str(small)], capture_output=True, text=True, cwd=ROOT,
                              check=True)  # fmt: skip
        assert said.stdout == f"{store.count('papers')}\n" == f"{len(PAPERS)}\n"


def test_a_read_only_store_cannot_be_written(small: Path) -> None:
    with Store(small, read_only=True) as store, pytest.raises(StoreError):
        store.add(Paper, [paper(1)])


def test_a_query_that_is_wrong_is_a_store_error(small: Path) -> None:
    with Store(small, read_only=True) as store, pytest.raises(StoreError, match="papers_of_mine"):
        store.rows("SELECT * FROM papers_of_mine")


#: Fills a store until the disk, or what a process may write, is full; says how it ended.
_FILL = textwrap.dedent(
    """
    import random, sys, resource, signal
    from pathlib import Path
    from kg.errors import StoreError
    from kg.records import Paper
    from kg.store import Store
    if len(sys.argv) > 2:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
    letters = random.Random(0)
    try:
        with Store(Path(sys.argv[1])) as store:
            for n in range(400):
                texts = ((f"{n}-{i}", letters.randbytes(900).hex()) for i in range(200))
                store.add(Paper, (Paper(id=paper, title=text[:64], abstract=text) for paper, text in texts))
        print("all kept")
    except StoreError as error:
        print(error)
    """
)


def _fill(path: Path, *limit: str) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", _FILL, str(path), *limit], capture_output=True, text=True, cwd=ROOT, timeout=120,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_file_that_may_not_grow_ends_in_a_store_error(tmp_path: Path) -> None:
    said = _fill(tmp_path / "graph.duckdb", str(6_000_000))
    assert "the file may not grow further (ulimit, quota); raise the limit and run the same command again" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_full_disk_ends_in_a_store_error_with_the_remedy(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], capture_output=True,
                             check=False)  # fmt: skip
    if mounted.returncode:
        pytest.skip("this machine lets no file system be mounted")
    try:
        said = _fill(disk / "graph.duckdb")
        assert "the disk is full; free some space and run the same command again" in said
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_store_error_is_a_runtime_error_and_ours() -> None:
    assert issubclass(StoreError, RuntimeError)
    assert issubclass(StoreError, KGError)
