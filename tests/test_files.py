"""What is written whole or not at all."""

import re
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.files import remove, written_whole


def test_a_file_is_there_when_it_is_done_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    with written_whole(path) as part:
        part.write_text("one")
        assert not path.exists()
    assert path.read_text() == "one" and list(path.parent.iterdir()) == [path]


def test_a_folder_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "tables"
    for name in ("one", "two"):
        with written_whole(path) as part:
            part.mkdir()
            (part / name).touch()
    assert [found.name for found in path.iterdir()] == ["two"]


def test_what_a_killed_run_left_of_a_folder_is_no_part_of_the_next(tmp_path: Path) -> None:
    (tmp_path / ".tables.partial").mkdir()
    (tmp_path / ".tables.partial" / "old").touch()
    with written_whole(tmp_path / "tables") as part:
        part.mkdir()
    assert list((tmp_path / "tables").iterdir()) == []


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ValueError])
def test_a_block_that_fails_leaves_the_earlier_file(tmp_path: Path, fault: type[BaseException]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(fault), written_whole(path) as part:
        part.write_text("half")
        raise fault
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_told_with_the_place_and_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    (tmp_path / ".a.txt.partial").symlink_to("/dev/full")
    told = f"^{re.escape(str(path))}: No space left on device; buy a disk$"
    with pytest.raises(StoreError, match=told), written_whole(path, remedy="buy a disk") as part:
        part.write_text("x" * 10)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_removed_where_nothing_is(tmp_path: Path) -> None:
    remove(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
