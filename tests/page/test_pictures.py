"""The pictures of the README: there, small, and taken by a script that works."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.page.test_browser import driver, page  # noqa: F401 - fixtures
from tests.pictures import PICTURES, take

ROOT = Path(__file__).parents[2]


def test_the_readme_shows_the_four_pictures_and_they_are_small() -> None:
    told = re.findall(r"\(examples/(view-[a-z]+\.webp)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    pictures = sorted((ROOT / "examples").glob("view-*.webp"))
    assert sorted(told) == [path.name for path in pictures] == sorted(f"{name}.webp" for name, *_ in PICTURES)
    assert sum(path.stat().st_size for path in pictures) < 200_000


@pytest.mark.browser
def test_the_script_takes_the_pictures(driver: Any, page: Path, tmp_path: Path) -> None:  # noqa: F811
    taken = take(driver, page, tmp_path)
    assert [path.read_bytes()[8:12] for path in taken] == [b"WEBP"] * 4
    assert all(path.stat().st_size > 5_000 for path in taken)
