"""The house holds: floors, names, sizes and laziness, read from the source with `ast`."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kg"

#: Room -> floor. Imports go strictly down; a new room is entered here, and in CONTRIBUTING.md.
FLOORS = {
    "errors": 0, "text": 0, "vocab": 0,
    "files": 1, "records": 1, "config": 1, "heads": 1, "property_graph": 1, "selection": 1,
    "vocabulary": 1, "words": 1,
    "read": 2, "identity": 2, "encoder": 2, "sentences": 2, "mentions": 2, "claims": 2, "relations": 2, "store": 2,
    "resolve": 2, "ground": 2, "link": 2, "agree": 2, "rdf": 2, "page": 2, "tables": 2, "network": 2,
    "report": 2, "facts": 2, "interchange": 2, "decisions": 2, "review": 2,
    "extract": 3, "export": 3, "query": 3, "plot": 3,
    "stages": 4, "evaluate": 4, "serve": 4, "load": 4,
    "graph": 5,
    "cli": 6, "train": 5,
}  # fmt: skip

NAMELESS = {"util", "utils", "helper", "helpers", "common", "misc", "core", "manager", "managers"}


def sources() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts != ("__init__.py",))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """Rooms imported at run time: what stands under `if TYPE_CHECKING` does not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    rooms = set()
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"kg.{a.name}" for a in node.names] if node.module == "kg" else [node.module]
        rooms |= {name.split(".")[1] for name in names if name.startswith("kg.")}
    return rooms & set(FLOORS)


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_strictly_down(path: Path) -> None:
    room = room_of(path)
    assert room in FLOORS, f"{room} has no floor: enter it in FLOORS and in CONTRIBUTING.md"
    for other in imported_rooms(path) - {room}:
        assert FLOORS[other] < FLOORS[room], f"{room} (floor {FLOORS[room]}) imports {other} (floor {FLOORS[other]})"


def test_the_top_level_is_fixed() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    if tracked == [""]:
        pytest.skip("not a git checkout")
    allowed = {
        "pyproject.toml", "README.md", "kg", "ontology", "tests", "exports", "examples",
        "LICENSE", "CITATION.cff", "CHANGELOG.md", "CONTRIBUTING.md",
    }  # fmt: skip
    found = {name.split("/")[0] for name in tracked if name}
    assert {name for name in found if not name.startswith(".")} <= allowed


def test_no_room_has_a_name_that_says_nothing() -> None:
    assert not [p for p in PACKAGE.rglob("*") if p.stem in NAMELESS]


def test_no_room_is_over_three_hundred_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in sources() if (n := len(p.read_text().splitlines())) > 300}
    assert not long


def test_only_the_store_defines_tables() -> None:
    for path in sources():
        if room_of(path) == "store":
            continue
        text = path.read_text(encoding="utf-8").upper()
        for statement in ("CREATE TABLE", "ALTER TABLE", "DROP TABLE", "CREATE INDEX"):
            assert statement not in text, f"{path}: {statement}"


def test_the_library_never_prints_and_never_swallows() -> None:
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else ""
                reraises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
                assert caught not in {"", "Exception"}, f"{path}:{node.lineno} catches everything"
                assert caught != "BaseException" or reraises, f"{path}:{node.lineno}"
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
                assert room_of(path) == "train", f"{path}:{node.lineno} prints"


def test_the_floor_table_and_the_house_agree() -> None:
    described = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for room in {room_of(p) for p in sources()}:
        assert room in described, f"CONTRIBUTING.md does not tell of {room}"


def test_importing_kg_and_asking_for_help_load_nothing_heavy() -> None:
    heavy = {
        "spacy",
        "rdflib",
        "pyvis",
        "networkx",
        "duckdb",
        "numpy",
        "onnxruntime",
        "pyoxigraph",
        "pandas",
        "matplotlib",
        "rapidfuzz",
    }
    code = "import sys, kg, kg.cli; print(' '.join(sorted({m.split('.')[0] for m in sys.modules})))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not heavy & set(loaded)


def test_nothing_at_run_time_imports_the_training() -> None:
    for path in sources():
        if room_of(path) not in {"train", "cli"}:
            assert "train" not in imported_rooms(path)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    assert not {a.name.split(".")[0] for a in node.names} & {"torch", "transformers"}, path
                if isinstance(node, ast.ImportFrom):
                    assert (node.module or "").split(".")[0] not in {"torch", "transformers"}, path
