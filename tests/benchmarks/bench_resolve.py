"""Measure resolution by the number of names: seconds by the wall's and the processor's clock, memory, and blocking.

    python -m tests.benchmarks.bench_resolve GRAPH --sizes 10000 100000 1000000

The names are those of a real graph, in the papers that have them. Where more are wanted than it holds, new ones are
made of them: the words before the last of one name and the last words of another of the same kind, each in a paper of
its own, as rare names are. Each size runs in a process of its own; the processor's seconds are what other work on the
machine does not lengthen.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from kg.config import ResolveConfig
from kg.records import DocumentEntity, Role
from kg.resolve import resolve_entities
from kg.store import Store

#: So that every run makes the same names.
SEED = 7


def make_rows(graph: Path, size: int) -> Iterator[DocumentEntity]:
    """Yield document entities with ``size`` distinct names: real ones, as often as papers have them, then made ones."""
    with Store(graph, read_only=True) as store:
        real = store.rows(
            "SELECT name, kind, count(*), min(surfaces) FROM document_entities GROUP BY name, kind "
            "ORDER BY md5(name || kind)"
        )
    names: set[str] = set()
    by_kind: dict[str, list[list[str]]] = defaultdict(list)
    paper = 0
    for name, kind, papers, surfaces in real:
        if len(names) == size:
            return
        names.add(name)
        if len(words := name.split()) > 1:
            by_kind[kind].append(words)
        for _ in range(papers):
            paper += 1
            yield _row(paper, name, kind, tuple(surfaces))
    chance = random.Random(SEED)
    kinds = sorted(by_kind)
    weights = [len(by_kind[kind]) for kind in kinds]
    while len(names) < size:
        [kind] = chance.choices(kinds, weights)
        one, other = chance.choice(by_kind[kind]), chance.choice(by_kind[kind])
        made = " ".join([*one[:-1], *other[len(other) // 2 :]])
        if made not in names:
            names.add(made)
            paper += 1
            yield _row(paper, made, kind, (made,))


def _row(paper: int, name: str, kind: str, surfaces: tuple[str, ...]) -> DocumentEntity:
    return DocumentEntity(
        paper=f"p{paper:08}", name=name, kind=kind, role=Role.USES, surfaces=surfaces, score=0.9, source="bench"
    )


def measure(graph: Path, size: int) -> dict[str, float]:
    """Resolve so many names in a new store; return what it took."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "graph.duckdb") as store:
        store.add(DocumentEntity, make_rows(graph, size))
        rows = store.count("document_entities")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        wall, processor = time.perf_counter(), time.process_time()
        resolve_entities(store, ResolveConfig())
        return {
            "names": size,
            "rows": rows,
            "seconds": time.perf_counter() - wall,
            "processor": time.process_time() - processor,
            "before": before / 1024,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "entities": store.count("entities"),
        }


def main() -> None:
    """Measure and print a Markdown table, a row a size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("graph", type=Path, help="a graph.duckdb to take names from")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--one", action="store_true", help="measure one size here and print JSON")
    given = parser.parse_args()
    if given.one:
        sys.stdout.write(json.dumps(measure(given.graph, given.sizes[0])) + "\n")
        return
    sys.stdout.write("| names | rows | s | processor s | MB, peak | MB before | entities |\n|" + " ---: |" * 7 + "\n")
    for size in given.sizes:
        command = [sys.executable, "-m", "tests.benchmarks.bench_resolve", str(given.graph), "--one", "--sizes"]
        said = subprocess.run([*command, str(size)], capture_output=True, text=True, check=True)
        one = json.loads(said.stdout)
        sys.stdout.write(
            f"| {size:,} | {one['rows']:,.0f} | {one['seconds']:.1f} | {one['processor']:.1f} | {one['peak']:,.0f} "
            f"| {one['before']:,.0f} | {one['entities']:,.0f} |\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
