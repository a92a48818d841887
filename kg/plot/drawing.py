"""Draws a neighbourhood for print with matplotlib: vector text, shapes by type, labels that do not overlap.

All lengths are in points (1/72 inch) unless a name says millimetres. The same graph gives the same bytes for one
version of matplotlib: its settings are its own defaults and ours, never those of the machine, and files carry no date.
"""

import dataclasses
import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import QueryError, UnknownFormatError
from kg.files import written_whole
from kg.page.contents import Contents, read_contents
from kg.plot.chosen import choose
from kg.plot.sketch import Sketch, sketch
from kg.text import clean, one_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kg.store import Store

#: Formats, by the ending of a file.
FORMATS = ("svg", "pdf", "png")
#: Nodes that a picture shows unless told otherwise: on half a page their labels are still legible.
MOST = 40
#: A millimetre in points.
_MM = 72 / 25.4
#: Least sides of a picture, in millimetres: below, legend and labels have no room.
_LEAST = 60
#: Resolution of PNG, in dots per inch: what journals ask of combined pictures.
_DPI = 300
#: What makes the files: fixed ids in SVG, TrueType in PDF (journals refuse Type 3), text of SVG as outlines, since the
#: labels fit only as long as the font is the one that they were measured with.
_SETTINGS = {"svg.hashsalt": "abstract-kg", "svg.fonttype": "path", "pdf.fonttype": 42, "font.family": ["DejaVu Sans"]}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a part of the graph. A notebook shows it in place.

    `told` says which part; `left_out` what of it the picture does not show, and is empty where it shows all.
    """

    figure: "Figure"
    name: str
    told: str
    left_out: str

    def to_bytes(self, format: str = "svg", *, dpi: int = _DPI) -> bytes:
        """Return the picture as a file's content.

        Args:
            format: ``svg``, ``pdf`` or ``png``.
            dpi: dots per inch, of PNG.

        Raises:
            UnknownFormatError: there is no such format; lists the known ones.
        """
        if format not in FORMATS:
            raise UnknownFormatError(f"no picture format '{format}'; known: {', '.join(FORMATS)}")
        title = self.told[:1].upper() + self.told[1:] or "Knowledge graph"
        more: dict[str, dict[str, Any]] = {
            "svg": {"Title": title, "Creator": "abstract-kg", "Date": None},
            "pdf": {"Title": title, "Creator": "abstract-kg", "Producer": None, "CreationDate": None},
            "png": {"Title": title, "Software": None},
        }
        content = io.BytesIO()
        with _settings():
            self.figure.savefig(content, format=format, dpi=dpi, metadata=more[format])
        return content.getvalue()

    def write(self, path: Path | str) -> Path:
        """Write the picture in the format of the file's ending, whole or not at all; return its path.

        Raises:
            UnknownFormatError: the ending is none that is known; lists those.
            StoreError: the place cannot be written.
        """
        path = Path(path)
        content = self.to_bytes(path.suffix.removeprefix(".").lower())
        with written_whole(path) as part:
            part.write_bytes(content)
        return path

    def __repr__(self) -> str:
        """Say what it shows."""
        return f"<kg picture of {self.told or 'the whole graph'}>"

    def _repr_png_(self) -> bytes:
        return self.to_bytes("png", dpi=144)


@contextmanager
def _settings() -> Iterator[None]:
    """Draw with matplotlib's own defaults and ours, whatever the machine's settings are."""
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        # A script that the font lacks shows as boxes; that is seen in the picture.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        yield


def draw(
    store: "Store",
    *,
    told: str = "",
    name: str = "plot",
    seeds: Sequence[str] = (),
    most: int = MOST,
    width: float = 180,
    height: float = 120,
    note: bool = True,
) -> Picture:
    """Return a picture of the graph, or of a part of it.

    Args:
        store: the open graph, or a `kg.store.Part`.
        told: what it shows, in words.
        name: what a file of it is called, without its ending.
        seeds: ids of papers and entities that are always shown, with their names in bold.
        most: papers and entities that are shown; the others are told of in a line below the picture.
        width: in millimetres; a page's usual text is 180 wide, a column 88.
        height: in millimetres.
        note: whether that line is there.

    Raises:
        QueryError: matplotlib is not installed, or a size is too small.
    """
    try:
        import matplotlib  # noqa: F401 - asked for here, used below
    except ImportError as missing:
        raise QueryError("plot: matplotlib is not installed; pip install 'abstract-kg[plot]'") from missing
    if min(width, height) < _LEAST:
        raise QueryError(f"plot: {width:g} x {height:g} mm is too small; give {_LEAST} or more of each")
    if most < 1:
        raise QueryError(f"plot: at most {most} nodes are none; give 1 or more")
    contents: Contents = read_contents(store)
    chosen = choose(store, contents, seeds=seeds, most=most, width=width)
    with _settings():
        lines = sketch(contents, chosen, seeds=seeds, width=width * _MM, height=height * _MM, note=note)
        figure = _figure(lines, width=width * _MM, height=height * _MM)
    return Picture(figure=figure, name=name, told=one_line(clean(told)), left_out=lines.note)


def _figure(lines: Sketch, *, width: float, height: float) -> "Figure":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure
    from matplotlib.patches import Circle, FancyArrowPatch, PathPatch, Rectangle
    from matplotlib.path import Path as Outline

    figure = Figure(figsize=(width / 72, height / 72), facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    for style, segments in lines.edges:
        dashes: Any = (0, style.dashes) if style.dashes else "solid"
        axes.add_collection(
            LineCollection(
                [((x, y), (to_x, to_y)) for x, y, to_x, to_y in segments],
                colors=style.colour, linewidths=style.width, linestyles=dashes, zorder=1, capstyle="round",
            ),
            autolim=False,
        )  # fmt: skip
    for style, (x, y, to_x, to_y), (start, end) in lines.arrows:
        axes.add_patch(
            FancyArrowPatch(
                (x, y), (to_x, to_y), arrowstyle="-|>,head_length=2.6,head_width=1.4", mutation_scale=1,
                connectionstyle="arc3,rad=0.08", shrinkA=start, shrinkB=end, color=style.colour, linewidth=style.width,
                zorder=1.5, alpha=0.85,
            )
        )  # fmt: skip
    for x, y, to_x, to_y in lines.leaders:
        axes.plot([x, to_x], [y, to_y], color="#8a93a0", linewidth=0.35, zorder=1.8)
    for mark in lines.marks:
        if mark.outline:
            shape: Any = PathPatch(Outline([*mark.outline, mark.outline[0]], closed=True))
        else:
            shape = Circle((mark.x, mark.y), mark.radius)
        shape.set(facecolor=mark.fill, edgecolor=mark.line, linewidth=0.6, zorder=3)
        axes.add_patch(shape)
    for label in lines.labels:
        box = label.box
        if label.backed:
            axes.add_patch(
                Rectangle(
                    (box.left, box.bottom), box.right - box.left, box.top - box.bottom,
                    facecolor="white", alpha=0.72, linewidth=0, zorder=2,
                )
            )  # fmt: skip
        axes.text(
            box.left, box.bottom + label.descent, label.text, fontsize=label.size, color=label.colour,
            fontweight="bold" if label.bold else "normal", ha="left", va="baseline", parse_math=False, zorder=4,
        )  # fmt: skip
    return figure
