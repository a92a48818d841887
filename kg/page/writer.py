"""Puts the page together: template, style, script, vis-network and data in one file with a strict security policy."""

import base64
import hashlib
import zlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg.config import ExportConfig
from kg.page.arrange import arrange
from kg.page.compact import to_columns, to_places, to_short, to_steps
from kg.page.contents import ROLES, Contents, read_contents, read_details, read_ledger, to_json
from kg.page.groups import Arrangement, community_of, entities_of, strongest
from kg.page.picture import PAPER_SHAPE, library, shape_of, to_picture
from kg.records import Paper
from kg.text import slug
from kg.vocab import KIND_CLASSES, OBJECT_PROPERTIES, PREDICATES

if TYPE_CHECKING:
    from kg.store import Store

#: The page's own script, in the order in which the parts stand on each other.
SCRIPTS = (
    "data.js",
    "details.js",
    "style.js",
    "canvas.js",
    "labels.js",
    "view.js",
    "filters.js",
    "panel.js",
    "search.js",
    "path.js",
    "bibtex.js",
    "turtle.js",
    "exports.js",
    "address.js",
    "page.js",
)
#: A page whose data has this many characters or more (some 100 papers) holds them deflated. Below, plain text keeps the
#: same bytes whatever zlib a machine has, and is readable in a diff: the committed example is such a page.
_PACK_FROM = 600_000
#: Details of all papers together, in characters of JSON before packing: some 15 MB of page. view.md bounds the page at
#: 35 MB for 74,000 papers. Papers beyond it, those with the fewest ties, are shown without abstract and sentences.
_DETAILS = 45_000_000
#: A page of more entities has no IRIs of theirs: hashes do not deflate, and of 360,000 they would take 3 MB.
_IRIS = 20_000
#: RFC 3986's `pchar` beyond what `quote` keeps by itself, as in `kg.rdf.terms`.
_SEGMENT = "!$&'()*+,;=:@"
#: Papers whose details are unpacked together.
CHUNK = 50


def write_page(store: "Store", path: Path, *, config: ExportConfig) -> None:
    """Write the graph as one HTML page that works without a network.

    Raises:
        OSError: ``path`` cannot be written.
    """
    path.write_text(to_page(store, base=config.base), encoding="utf-8", newline="\n")


def to_page(store: "Store", *, heading: str = "", part_of: int = 0, seeds: Sequence[str] = (), base: str = "") -> str:
    """Return the page's HTML.

    Args:
        store: the open graph, or a part of one.
        heading: what the page shows, in words; the whole graph by default.
        part_of: the number of papers in the whole graph, where the page shows a part of it.
        seeds: ids of what the part was chosen around: it stands in the middle.
        base: the IRI that the data lives under, for what the page saves as RDF; the usual one by default.
    """
    from jinja2 import Environment
    from markupsafe import Markup

    contents = read_contents(store)
    arrangement = arrange(contents, seeds=seeds)
    held = _held(contents, store)
    chunks = _chunks(store, contents, held)
    texts = {
        "map": to_json(
            _map(contents, arrangement, held) | ({"partOf": part_of, "around": len(seeds)} if part_of else {})
        ),
        "picture": to_json(to_picture(contents, arrangement)),
        "ledger": to_json(read_ledger(store, contents)),
        "iris": to_json(_iris(store, contents, base or ExportConfig().base)),
        **{f"details-{number}": f"[{','.join(chunk)}]" for number, chunk in enumerate(chunks)},
    }
    small = sum(len(text) for text in texts.values()) < _PACK_FROM
    blocks = {name: (False, text) if small else (True, pack(text)) for name, text in texts.items()}
    scripts = [library(), script()]
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
    template = environment.from_string(source("template.html"))
    count = len(contents.papers)
    shown = heading[:1].upper() + heading[1:] or "Knowledge graph of"
    return template.render(
        title=f"{shown}{':' if heading else ''} {count:,} paper{'' if count == 1 else 's'}",
        policy=policy(scripts),
        style=Markup(source("page.css")),  # noqa: S704 - ours
        scripts=[Markup(source) for source in scripts],  # noqa: S704 - ours and vis-network's
        blocks=[(name, packed, Markup(text)) for name, (packed, text) in blocks.items()],  # noqa: S704 - no "<" in it
    )


def source(name: str) -> str:
    """Return a file of this room: part of the script, the style, a template."""
    return files("kg.page").joinpath(name).read_text(encoding="utf-8")


def script() -> str:
    """Return the page's own script: its parts one after the other."""
    return '"use strict";\n' + "\n".join(source(name) for name in SCRIPTS)


def policy(scripts: Sequence[str]) -> str:
    """Return a Content-Security-Policy under which only these inline scripts run and nothing leaves the page.

    A script element's text begins right after its tag: the template puts nothing between.
    """
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'" for source in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def pack(text: str) -> str:
    """Return ``text`` as raw deflate (RFC 1951) in base64."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(deflate.compress(text.encode()) + deflate.flush()).decode("ascii")


def _held(contents: Contents, store: "Store") -> list[int]:
    """Return the papers whose details the page holds: all, or those with most ties that fit, in rising order."""
    lengths = [row[0] or 0 for row in store.stream("SELECT length(abstract) FROM papers ORDER BY id")]
    # Beside the abstract a paper's details hold offsets and names: measured at 0.9 to 1.2 times its length, and a bit.
    sizes = [int(length * 2.2) + 300 for length in lengths]
    if sum(sizes) <= _DETAILS:
        return list(range(len(sizes)))
    ties = [0] * len(sizes)
    for a, b, _ in contents.links:
        ties[a] += 1
        ties[b] += 1
    room, held = _DETAILS, []
    for paper in sorted(range(len(sizes)), key=lambda n: (-ties[n], n)):
        if sizes[paper] > room:
            break
        room -= sizes[paper]
        held.append(paper)
    return sorted(held)


def _chunks(store: "Store", contents: Contents, held: Sequence[int]) -> list[list[str]]:
    wanted = [False] * len(contents.papers)
    for paper in held:
        wanted[paper] = True
    entities = entities_of(contents)
    found: list[list[str]] = []
    for place, (number, details) in enumerate(read_details(store, contents, wanted)):
        if place % CHUNK == 0:
            found.append([])
        title = contents.papers[number][1]
        short = to_short(details, title=title, entities=entities[number], predicates=contents.predicates)
        found[-1].append(to_json(short))
    return found


def _iris(store: "Store", contents: Contents, base: str) -> dict[str, Any]:
    """Return the IRIs that `kg.rdf` gives: classes and predicates whole, the rest without what is before it."""
    identities = (
        Paper(id=i, title=title, abstract="", arxiv_id=arxiv, doi=doi).identity
        for i, title, arxiv, doi in store.stream("SELECT id, title, arxiv_id, doi FROM papers ORDER BY id")
    )
    return {
        "base": base,
        "papers": [quote(identity, safe=_SEGMENT) for identity in identities],
        "entities": [quote(entity[0], safe=_SEGMENT + "/") for entity in contents.entities]
        if len(contents.entities) <= _IRIS
        else [],
        "kinds": [
            f"kg:{kind}" if kind in KIND_CLASSES else f"<kind/{quote(slug(kind) or 'kind', safe=_SEGMENT)}>"
            for kind in contents.kinds
        ],
        "predicates": [_predicate(name) for name in contents.predicates],
    }


def _predicate(name: str) -> str:
    if name in PREDICATES:
        return PREDICATES[name]
    if name in OBJECT_PROPERTIES:
        return f"kg:{name}"
    own = slug(name)
    return f"<predicate/{quote(own if own[:1].isalpha() else f'p-{own}', safe=_SEGMENT)}>"


def _map(contents: Contents, arrangement: Arrangement, held: Sequence[int]) -> dict[str, Any]:
    whole = len(held) == len(contents.papers)
    paper_group, entity_group = community_of(arrangement.groups)
    return {
        "kinds": contents.kinds,
        "shapes": [shape_of(kind) for kind in range(len(contents.kinds))],
        "paperShape": PAPER_SHAPE,
        "roles": ROLES,
        "predicates": contents.predicates,
        "papers": [list(column) for column in zip(*contents.papers, strict=True)] or [[], [], []],
        "entities": [
            [entity[1] for entity in contents.entities],
            [entity[2] for entity in contents.entities],
            [list(entity[4]) for entity in contents.entities],
        ],
        **to_columns(contents),
        "whole": arrangement.whole,
        "folded": arrangement.folded,
        "groups": [
            {
                "parent": group.parent,
                "label": group.label,
                "other": group.other,
                "size": group.size,
                "at": [group.x, group.y, group.radius],
                "ties": [list(tie) for tie in strongest(group.ties, 3)],
                **(
                    {}
                    if arrangement.whole
                    else {"papers": to_places(group.papers), "entities": to_places(group.entities)}
                ),
            }
            for group in arrangement.groups
        ],
        # Where communities open to views of their own, their places say which community is whose.
        **(
            {
                "paperGroup": [paper_group.get(n, -1) for n in range(len(contents.papers))],
                "entityGroup": [entity_group.get(n, -1) for n in range(len(contents.entities))],
            }
            if arrangement.whole
            else {}
        ),
        "chunk": CHUNK,
        "held": [] if whole else to_steps(held),
        "heldAll": whole,
    }
