"""Format names lead to writers, those of other packages included; a view is written whole or not at all."""

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from kg.config import ExportConfig
from kg.errors import KGError, StoreError, UnknownFormatError
from kg.export import FORMATS, expand_formats, export_graph, find_formats, remove_views
from kg.store import Store
from tests.graphs import small_graph


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(small_graph(tmp_path_factory.mktemp("small")), read_only=True) as opened:
        yield opened


def contents(path: Path) -> dict[str, bytes]:
    """Return the bytes of a file, or of each file in a folder."""
    if path.is_file():
        return {path.name: path.read_bytes()}
    return {p.relative_to(path.parent).as_posix(): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}


# ---- the formats that ship


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_writer(name: str) -> None:
    form = FORMATS[name]
    assert callable(getattr(import_module(form.module), form.function))
    assert form.description


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_the_same_bytes_each_time_and_nothing_beside_them(
    store: Store, tmp_path: Path, name: str
) -> None:
    first = export_graph(store, tmp_path / "one" / "deeper", format=name)
    second = export_graph(store, tmp_path / "two", format=name)
    assert first == tmp_path / "one" / "deeper" / FORMATS[name].file
    assert contents(first) == contents(second)
    assert all(contents(first).values())
    assert [p.name for p in (tmp_path / "two").iterdir()] == [FORMATS[name].file]


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_tells_where_it_was_made_or_from_which_file(store: Store, tmp_path: Path, name: str) -> None:
    for written in contents(export_graph(store, tmp_path, format=name)).values():
        assert str(store.path.parent).encode() not in written
        assert str(tmp_path).encode() not in written
        assert b"small.jsonl" not in written


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_written_of_an_empty_graph(tmp_path: Path, name: str) -> None:
    with Store(tmp_path / "graph.duckdb") as empty:
        assert contents(export_graph(empty, tmp_path / "out", format=name))


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "parquet"])
def test_every_text_format_is_utf8_with_unix_line_ends(store: Store, tmp_path: Path, name: str) -> None:
    for written in contents(export_graph(store, tmp_path, format=name)).values():
        assert b"\r\n" not in written
        written.decode("utf-8")


def test_a_view_may_have_another_name(store: Store, tmp_path: Path) -> None:
    path = export_graph(store, tmp_path, format="report", name="about.md")
    assert path == tmp_path / "about.md"
    assert [p.name for p in tmp_path.iterdir()] == ["about.md"]


def test_a_folder_of_tables_replaces_the_one_that_was_there(store: Store, tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "old.csv").write_text("old")
    path = export_graph(store, tmp_path, format="csv")
    assert "old.csv" not in {p.name for p in path.iterdir()}
    assert {p.name for p in tmp_path.iterdir()} == {"csv"}


# ---- names


def test_all_means_every_format_and_a_name_counts_once() -> None:
    assert expand_formats(["all"]) == tuple(find_formats())
    assert expand_formats(["ttl", "ttl", "csv"]) == ("ttl", "csv")
    assert expand_formats(["csv", "all"])[0] == "csv"
    assert expand_formats([]) == ()


def test_an_unknown_format_lists_the_known_ones(store: Store, tmp_path: Path) -> None:
    for ask in (
        lambda: expand_formats(["ttl", "pdf"]),
        lambda: export_graph(store, tmp_path / "out", format="pdf"),
    ):
        with pytest.raises(UnknownFormatError, match="no export format 'pdf'; known: ") as error:
            ask()
        assert all(name in str(error.value) for name in FORMATS)
    assert not (tmp_path / "out").exists()
    assert issubclass(UnknownFormatError, LookupError)
    assert issubclass(UnknownFormatError, KGError)


# ---- the formats of other packages

_PLUG_IN = '''
import errno
from pathlib import Path


def write_ids(store, path, *, config):
    """Write the ids of the papers under the configured base."""
    path.write_text("".join(f"{config.base}{paper}\\n" for [paper] in store.rows("SELECT id FROM papers ORDER BY id")))


def write_half(store, path, *, config):
    path.write_text("half of it")
    raise OSError(errno.ENOSPC, "No space left on device")


def write_wrongly(store, path, *, config):
    path.mkdir()
    (path / "part").write_text("half of it")
    raise ZeroDivisionError
'''


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a package of exporters, as pip would: a module, and its metadata beside it."""
    site = tmp_path / "site"
    metadata = site / "house_of_ids-1.0.dist-info"
    metadata.mkdir(parents=True)
    (site / "house_of_ids.py").write_text(_PLUG_IN)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: house-of-ids\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(
        "[kg.exporters]\nids = house_of_ids:write_ids\nhalf = house_of_ids:write_half\n"
        "wrong = house_of_ids:write_wrongly\nttl = house_of_ids:write_ids\n"
    )
    monkeypatch.syspath_prepend(str(site))


@pytest.mark.usefixtures("plug_in")
def test_another_package_adds_a_format(store: Store, tmp_path: Path) -> None:
    known = find_formats()
    assert known["ids"] == "from house_of_ids:write_ids"
    assert expand_formats(["ids"]) == ("ids",)
    path = export_graph(store, tmp_path / "out", format="ids", config=ExportConfig(base="https://example.org/"))
    assert path.name == "graph.ids"
    assert "https://example.org/1706.03762\n" in path.read_text()


@pytest.mark.usefixtures("plug_in")
def test_another_package_does_not_take_the_place_of_a_format_that_ships() -> None:
    assert find_formats()["ttl"] == FORMATS["ttl"].description


# ---- whole or not at all


@pytest.mark.usefixtures("plug_in")
def test_a_writer_that_fails_leaves_the_old_file_and_nothing_of_its_own(store: Store, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "graph.half").write_text("the old one")
    (out / "graph.wrong").write_text("the old one")
    with pytest.raises(StoreError, match=r"graph\.half: No space left on device; free some space"):
        export_graph(store, out, format="half")
    with pytest.raises(ZeroDivisionError):
        export_graph(store, out, format="wrong")
    assert contents(out) == {"out/graph.half": b"the old one", "out/graph.wrong": b"the old one"}


def test_what_a_killed_run_left_behind_is_cleared_away(store: Store, tmp_path: Path) -> None:
    (tmp_path / ".report.md.partial").mkdir()
    (tmp_path / ".report.md.partial" / "rest").write_text("left behind")
    export_graph(store, tmp_path, format="report")
    assert [p.name for p in tmp_path.iterdir()] == ["report.md"]


def test_a_place_that_cannot_be_a_folder_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="give another folder"):
        export_graph(store, tmp_path / "file" / "out", format="report")


def test_a_folder_in_a_files_place_is_told_and_left_alone(store: Store, tmp_path: Path) -> None:
    (tmp_path / "report.md").mkdir()
    (tmp_path / "report.md" / "mine").write_text("x")
    with pytest.raises(StoreError, match=r"report\.md: "):
        export_graph(store, tmp_path, format="report")
    assert contents(tmp_path / "report.md") == {"report.md/mine": b"x"}
    assert [p.name for p in tmp_path.iterdir()] == ["report.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(StoreError, match="Permission denied; free some space or give another folder"):
        export_graph(store, tmp_path / "closed", format="report")


# ---- views of a graph that is no more


def test_views_of_an_earlier_graph_are_removed_but_nothing_of_a_users_own(store: Store, tmp_path: Path) -> None:
    for name in ("ttl", "csv", "report"):
        export_graph(store, tmp_path, format=name)
    (tmp_path / "notes.md").write_text("mine")
    assert remove_views(tmp_path, but=("report",)) == ["ttl", "csv"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["notes.md", "report.md"]
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "my.csv").write_text("mine")
    assert remove_views(tmp_path) == ["report"]
    assert contents(tmp_path / "csv") == {"csv/my.csv": b"mine"}
    assert remove_views(tmp_path / "none") == []
