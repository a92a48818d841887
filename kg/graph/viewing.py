"""A graph, or a part of it, as something to look at: pages to open, to keep, and to show in a notebook."""

import dataclasses
import html
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from kg.files import written_whole
from kg.graph.parts import Asked, select_part
from kg.selection import Selection
from kg.store import Part, Store
from kg.text import slug

if TYPE_CHECKING:
    from kg.plot import Picture

#: What a page in a notebook may do: run its script, save files, open links in tabs. It has no access to the notebook.
_SANDBOX = "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page that works without a network. A notebook shows it in place, ``height`` pixels high.

    `told` says which part of the graph it is, in words; it is empty for all of it.
    """

    html: str
    name: str
    told: str = ""
    height: int = 640

    def write(self, path: Path | str) -> Path:
        """Write the page, whole or not at all; return its path.

        Raises:
            StoreError: the place cannot be written.
        """
        path = Path(path)
        with written_whole(path) as part:
            part.write_bytes(self.html.encode("utf-8"))
        return path

    def open(self, path: Path | str) -> bool:
        """Write the page and open it in the browser; say whether there is one.

        Raises:
            StoreError: the place cannot be written.
        """
        return webbrowser.open(self.write(path).resolve().as_uri())

    def __repr__(self) -> str:
        """Say what it shows."""
        return f"<kg view of {self.told or 'the whole graph'}, {len(self.html) / 1e6:.1f} MB>"

    def _repr_html_(self) -> str:
        """Return the page in a frame that is shut off from the notebook around it."""
        title = html.escape(self.told or "Knowledge graph")
        return (
            f'<iframe title="{title}" sandbox="{_SANDBOX}" width="100%" height="{self.height}" '
            f'style="border: 1px solid #8886; border-radius: 6px" srcdoc="{html.escape(self.html)}"></iframe>'
        )


class Viewing:
    """What a graph can be looked at with; `kg.Graph` is one."""

    @property
    def store(self) -> Store:
        """The open store."""
        raise NotImplementedError

    def select(self, **asked: Unpack[Asked]) -> Selection:
        """Return which papers and entities fit all that is given; the whole graph where nothing is.

        Args:
            **asked: any of these.

                - ``around``: names of entities or papers to walk from. A step goes from an entity to its papers, or
                  from a paper to its entities.
                - ``hops``: steps of the walk, 2 by default: they lead from a dataset to all that its papers use
                  beside it.
                - ``papers_about``: names of entities that each paper has to do with.
                - ``query``: SPARQL, or its results: the papers and entities that they name. Papers bring their
                  entities, and entities their papers, where the results name only the one or the other.
                - ``since``, ``until``: the first and the last year; papers whose year is unknown are left out.
                - ``called``: what the query is called, for headings.
                - ``config``: the base of the RDF that the query asks.

        Raises:
            QueryError: a name is unknown (the message offers near ones), the query does not parse or names nothing,
                or nothing fits.
        """
        return select_part(self.store, **asked)

    def view(self, selection: Selection | None = None, *, height: int = 640, **asked: Unpack[Asked]) -> View:
        """Return the page of the graph or of a part of it: a notebook shows it, `View.write` and `View.open` keep it.

        Args:
            selection: the part, where it was chosen before.
            height: of the frame in a notebook, in pixels.
            **asked: which part, as in `select`.

        Raises:
            QueryError: as in `select`.
        """
        from kg.page import to_page

        with self._part(selection, asked) as (store, chosen):
            part_of = self.store.count("papers") if chosen.told else 0
            page = to_page(store, heading=chosen.told, part_of=part_of, seeds=chosen.seeds)
        return View(html=page, name=file_name("view", chosen), told=chosen.told, height=height)

    def timeline(
        self, selection: Selection | None = None, *, page: str = "", height: int = 640, **asked: Unpack[Asked]
    ) -> View:
        """Return the page of entities by year, or by month where all is of two years: kept and shown as in `view`.

        Args:
            selection: the part, where it was chosen before.
            page: the address of the graph's page, which names and titles lead to; without it they lead nowhere.
            height: of the frame in a notebook, in pixels.
            **asked: which part, as in `select`.

        Raises:
            QueryError: as in `select`.
        """
        from kg.page import to_timeline

        with self._part(selection, asked) as (store, chosen):
            timeline = to_timeline(store, heading=chosen.told, page=page)
        return View(html=timeline, name=file_name("timeline", chosen), told=chosen.told, height=height)

    def plot(
        self,
        selection: Selection | None = None,
        *,
        most: int = 40,
        width: float = 180,
        height: float = 120,
        note: bool = True,
        **asked: Unpack[Asked],
    ) -> "Picture":
        """Return a picture for print of the graph or a part of it: a notebook shows it, `Picture.write` keeps it.

        Args:
            selection: the part, where it was chosen before.
            most: papers and entities that are drawn; a line below says what is left out.
            width: in millimetres.
            height: in millimetres.
            note: whether that line is there.
            **asked: which part, as in `select`.

        Raises:
            QueryError: as in `select`; matplotlib (extra ``plot``) is not installed; or the size is too small.
        """
        from kg.plot import draw

        with self._part(selection, asked) as (store, chosen):
            return draw(
                store, told=chosen.told, name=file_name("plot", chosen), seeds=chosen.seeds, most=most, width=width,
                height=height, note=note,
            )  # fmt: skip

    @contextmanager
    def _part(self, selection: Selection | None, asked: Asked) -> Iterator[tuple[Store, Selection]]:
        """Open the part that is asked for; the whole graph is itself."""
        chosen = self.select(**asked) if selection is None else selection
        with ExitStack() as stack:
            yield stack.enter_context(Part(self.store, chosen)) if chosen.told else self.store, chosen


def file_name(kind: str, chosen: Selection) -> str:
    """Return a name for a file of the part, that says what it is: ``view-around-gsm8k``."""
    return f"{kind}-{slug(chosen.told, 60) or 'part'}" if chosen.told else kind
