"""The wheel holds all that a run needs, and runs outside the checkout."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.examples import EXAMPLES, ROOT, few_papers, write_papers


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel in it, that borrows everything else from the one that runs the tests."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index",
         "--disable-pip-version-check", str(wheel)],
        check=True,
    )  # fmt: skip
    [site] = folder.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text("\n".join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}))
    return folder


def run(environment: Path, *words: str, cwd: Path) -> str:
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "TMPDIR", "LANG"}}
    ended = subprocess.run([str(environment / "bin" / words[0]), *words[1:]], cwd=cwd, env=kept, capture_output=True,
                           text=True, timeout=120, check=False)  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_wheel_holds_model_ontology_queries_and_templates_and_nothing_of_the_workshop(wheel: Path) -> None:
    assert wheel.name.startswith("abstract_kg-")
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert len(names) == len(set(names))
    for held in ("kg/model/meta.json", "kg/ontology/kg.ttl", "kg/ontology/shapes.ttl", "kg/ontology/vocabulary.tsv",
                 "kg/py.typed", "kg/page/template.html"):  # fmt: skip
        assert held in names
    shipped = {name.removeprefix("kg/queries/") for name in names if name.startswith("kg/queries/")}
    assert shipped == {path.name for path in (EXAMPLES / "queries").glob("*.rq")}
    assert shipped
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"kg"}
    assert not [name for name in names if "__pycache__" in name or "readings" in name or name.endswith(".partial")]


def test_every_file_of_the_package_that_is_no_code_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    data = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "kg").rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and "train" not in path.parts
    }
    assert data - names == set()


def test_the_wheels_metadata_names_licence_python_and_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [metadata] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        text = archive.read(metadata).decode()
        points = archive.read(metadata.replace("METADATA", "entry_points.txt")).decode()
        assert [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
    assert "License-Expression: Apache-2.0" in text
    assert "Requires-Python: >=3.11" in text
    assert "kg = kg.cli.main:main" in points
    assert not [line for line in text.splitlines() if line.startswith("Requires-Dist: torch") and "extra" not in line]


def test_an_installed_kg_builds_and_asks_outside_the_checkout(environment: Path, tmp_path: Path) -> None:
    where = run(environment, "python", "-c", "import kg; print(kg.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(environment)
    write_papers(tmp_path / "papers.jsonl", few_papers(6))
    run(environment, "kg", "-q", "build", "papers.jsonl", cwd=tmp_path)
    assert {path.name for path in (tmp_path / "exports").iterdir()} == {
        "graph.duckdb", "graph.ttl", "graph.graphml", "graph.html", "report.md",
    }  # fmt: skip
    assert "top-datasets" in run(environment, "kg", "query", "--list", cwd=tmp_path)
    assert run(environment, "kg", "query", "--name", "top-datasets", "-f", "csv", cwd=tmp_path).count("\n") > 1


def test_an_installed_kg_grounds_in_the_vocabulary_that_ships(environment: Path, tmp_path: Path) -> None:
    code = "from importlib.resources import files; print((files('kg') / 'ontology' / 'vocabulary.tsv').is_file())"
    assert run(environment, "python", "-c", code, cwd=tmp_path) == "True\n"
