"""Pictures for print: whole, alike each time, in the page's colours and shapes, with every label legible."""

import io
import itertools
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.errors import QueryError, StoreError, UnknownFormatError
from kg.graph import Graph
from kg.page.contents import read_contents
from kg.plot import FORMATS
from kg.plot.chosen import choose, family_name
from kg.plot.marks import KINDS, LINES, PAPER, TEXT
from kg.plot.sketch import Sketch, sketch
from kg.records import Denotation, Entity, Paper
from kg.store import Part, Store
from tests.graphs import small_graph
from tests.test_cli import fault
from tests.test_cli import kg as run

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("plot")
    small_graph(made / "exports")
    return made


@pytest.fixture(scope="module")
def graph(folder: Path) -> Iterator[Graph]:
    with kg.open(folder / "exports") as opened:
        yield opened


def sketched(graph: Graph, around: str, *, most: int = 40, width: float = 510, height: float = 340) -> Sketch:
    chosen = graph.select(around=around)
    with Part(graph.store, chosen) as part:
        contents = read_contents(part)
        few = choose(part, contents, seeds=chosen.seeds, most=most)
        return sketch(contents, few, seeds=chosen.seeds, width=width, height=height, note=True)


def test_colours_are_those_of_the_page(folder: Path) -> None:
    style = (ROOT / "kg" / "page" / "style.js").read_text(encoding="utf-8")
    light = style[style.index("light: {") : style.index("dark: {")]
    found = dict(re.findall(r'(\w+): "(#[0-9a-f]{6})"', light))
    listed = {name: re.findall(r"#[0-9a-f]{6}", row) for name, row in re.findall(r"(\w+): \[([^\]]*)\]", light)}
    assert [fill for fill, _ in KINDS] == listed["kinds"] and [line for _, line in KINDS] == listed["lines"]
    assert (found["paper"], found["paperLine"]) == PAPER and found["text"] == TEXT
    assert {name: found[name] for name in ("introduces", "uses", "relation")} == {
        name: LINES[name].colour for name in ("introduces", "uses", "relation")
    }


@pytest.mark.parametrize(("width", "height", "most"), [(510, 340, 40), (250, 230, 20), (170, 170, 12)])
def test_labels_overlap_nothing_and_stay_in_the_picture(graph: Graph, width: float, height: float, most: int) -> None:
    lines = sketched(graph, "GSM8K", most=most, width=width, height=height)
    assert len(lines.labels) > 8
    for a, b in itertools.combinations(lines.labels, 2):
        assert not a.box.meets(b.box), (a.text, b.text)
    for label in lines.labels:
        assert label.box.left >= 0 and label.box.bottom >= 0
        assert label.box.right <= width and label.box.top <= height, label.text
        assert label.size >= 6
    assert all(0 < mark.x < width and 0 < mark.y < height for mark in lines.marks)


def test_the_legend_explains_what_is_shown_and_nothing_else(graph: Graph) -> None:
    said = {label.text for label in sketched(graph, "GSM8K").labels if not label.backed}
    assert {"Paper", "Method", "Dataset", "uses"} <= said
    few = {label.text for label in sketched(graph, "GSM8K", most=2).labels if not label.backed}
    assert "Metric" not in few and "Paper" in few


def test_what_is_left_out_is_told_and_the_seed_never_is(graph: Graph) -> None:
    picture = graph.plot(around="GSM8K", most=4)
    assert re.match(r"Shown: 2 of 3 papers and 2 of \d+ entities, those with most in common\.", picture.left_out)
    assert graph.plot(around="GSM8K", hops=1, most=200).left_out == ""
    bold = [label.text for label in sketched(graph, "GSM8K", most=1).labels if label.bold]
    assert bold == ["GSM8K"]


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_written_and_reads_back(graph: Graph, tmp_path: Path, format: str) -> None:
    from matplotlib.image import imread

    path = graph.plot(around="GSM8K", width=100, height=80).write(tmp_path / f"figure.{format}")
    content = path.read_bytes()
    if format == "svg":
        root = ET.fromstring(content)
        assert root.attrib["width"] == f"{100 * 72 / 25.4:.6f}".rstrip("0") + "pt"
    elif format == "pdf":
        assert content.startswith(b"%PDF-") and b"/FontFile2" in content and b"CreationDate" not in content
    else:
        high, wide, _ = imread(io.BytesIO(content)).shape
        assert abs(wide - 100 / 25.4 * 300) < 2 and abs(high - 80 / 25.4 * 300) < 2


def test_the_same_graph_gives_the_same_bytes_in_another_process_with_other_settings(folder: Path) -> None:
    code = (
        "import sys, hashlib, matplotlib; matplotlib.rcParams['font.size'] = int(sys.argv[1])\n"
        "import kg\n"
        "picture = kg.open('exports').plot(around='BERT')\n"
        "print(*(hashlib.sha256(picture.to_bytes(f)).hexdigest() for f in ('svg', 'pdf', 'png')))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code, size], cwd=folder, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
        ).stdout
        for size, seed in (("10", "1"), ("17", "2"))
    }  # fmt: skip
    assert len(said) == 1


def test_hostile_names_are_drawn_as_text(graph: Graph, tmp_path: Path) -> None:
    svg = graph.plot(around='x"<y>/../%20é').to_bytes("svg").decode()
    ET.fromstring(svg)
    assert "<script" not in svg
    folder = tmp_path / "hostile"
    folder.mkdir()
    names = ["$x_{$", "\\frac{1}{2}$$", "--> <b>&amp;", "مرحبا بالعالم", "数据集", "a" * 300]
    with Store(folder / "graph.duckdb") as store:
        store.add(Paper, [Paper(id="p", title="$\\alpha$ --> ]]>", abstract="", authors=("$_{", ""))])
        store.add(
            Entity, [Entity(id=f"k/{i}", name=n, kind="<Kind>$", papers=1, mentions=1) for i, n in enumerate(names)]
        )
        store.add(
            Denotation,
            [
                Denotation(paper="p", name=n, kind="<Kind>$", role="uses", entity=f"k/{i}", score=1.0)
                for i, n in enumerate(names)
            ],
        )
    with kg.open(folder) as hostile:
        for format in FORMATS:
            assert len(hostile.plot().to_bytes(format)) > 5000
        ET.fromstring(hostile.plot().to_bytes("svg"))


def test_a_graph_of_nothing_is_an_empty_picture(tmp_path: Path) -> None:
    Store(tmp_path / "graph.duckdb").close()
    with kg.open(tmp_path) as empty:
        assert empty.plot().to_bytes("png").startswith(b"\x89PNG")


def test_papers_are_called_as_one_cites_them(graph: Graph) -> None:
    said = {label.text for label in sketched(graph, "BERT").labels}
    assert "Devlin & Chang 2018" in said
    assert family_name("Ludwig van der Berg") == "van der Berg"
    assert family_name("") == ""


def test_two_papers_that_are_cited_alike_get_letters(tmp_path: Path) -> None:
    with Store(tmp_path / "graph.duckdb") as store:
        store.add(
            Paper, [Paper(id=i, title=i, abstract="", authors=("Ann Lee", "Bo Li"), year=2020) for i in ("p2", "p1")]
        )
        contents = read_contents(store)
        chosen = choose(store, contents, seeds=(), most=5)
    assert sorted(zip(chosen.papers, chosen.paper_labels, strict=True)) == [
        (0, "Lee & Li 2020a"),
        (1, "Lee & Li 2020b"),
    ]


def test_a_notebook_shows_a_small_png(graph: Graph) -> None:
    assert graph.plot(around="GSM8K")._repr_png_().startswith(b"\x89PNG")


def test_what_cannot_be_drawn_is_told(graph: Graph, tmp_path: Path) -> None:
    picture = graph.plot(around="GSM8K")
    with pytest.raises(UnknownFormatError, match="no picture format 'gif'; known: svg, pdf, png"):
        picture.write(tmp_path / "figure.gif")
    with pytest.raises(QueryError, match="too small"):
        graph.plot(width=10)
    with pytest.raises(QueryError, match="did you mean 'GSM8K'"):
        graph.plot(around="GSM8KK")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="give another place"):
        picture.write(tmp_path / "file" / "figure.svg")


def test_without_matplotlib_the_extra_is_named(folder: Path) -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\nimport kg\n"
        "try: kg.open('exports').plot()\nexcept kg.KGError as error: print(error)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ).stdout  # fmt: skip
    assert "pip install 'abstract-kg[plot]'" in said


def test_the_command_writes_what_its_file_says(folder: Path) -> None:
    out, err = run("plot", "--around", "GSM8K", cwd=folder)
    assert out == "exports/plot-around-gsm8k.svg\n" and err == ""
    run("plot", "--around", "GSM8K", "-o", "figure.pdf", "--width", "88", "--height", "70", "--most", "9", cwd=folder)
    assert (folder / "figure.pdf").read_bytes().startswith(b"%PDF-")
    _, err = run("plot", "--around", "GSM8K", "--most", "5", "--no-note", "-o", "n.png", cwd=folder)
    assert err.startswith("Shown: ")
    assert "no picture format 'txt'" in fault("plot", "-o", "x.txt", cwd=folder)
