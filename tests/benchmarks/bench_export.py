"""Measure the exports of a graph: seconds, triples a second and peak memory of each format, in a fresh process each.

    python -m tests.benchmarks.bench_export exports/graph.duckdb --formats nt ttl nq

RDF is counted in triples (quads) as the writer gives them; other formats in megabytes only. Processor seconds stand
beside the wall's, since they say what a busy machine hides.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

_EXPORT = """
import json, resource, sys, time
from pathlib import Path
from kg.config import ExportConfig
from kg.export import export_graph
from kg.store import Store
with Store(Path(sys.argv[1]), read_only=True) as store:
    wall, used = time.perf_counter(), time.process_time()
    path = export_graph(store, Path(sys.argv[2]), format=sys.argv[3], config=ExportConfig(shards=int(sys.argv[4])))
    wall, used = time.perf_counter() - wall, time.process_time() - used
files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
size = sum(file.stat().st_size for file in files)
print(json.dumps([wall, used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, size / 1e6, str(path)]))
"""


def _triples(path: Path) -> int:
    """Count the statements of the line formats, which are a line each; of others, what their description says."""
    if path.is_dir():
        return 0
    mark, told = "void:triples ", 0
    with path.open(encoding="utf-8", errors="replace") as lines:
        if path.suffix in (".nt", ".nq"):
            return sum(1 for _ in lines)
        for line in lines:
            if mark in line:
                told = int("".join(c for c in line.partition(mark)[2] if c.isdigit()))
    return told


def main() -> None:
    """Run the formats one after the other and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("graph", type=Path)
    parser.add_argument("--formats", nargs="+", default=["nt", "ttl", "nq", "trig", "nanopub", "graphml", "csv"])
    parser.add_argument("--shards", type=int, default=0)
    given = parser.parse_args()
    sys.stdout.write(
        f"{'format':<10} {'wall s':>8} {'cpu s':>8} {'peak MB':>8} {'file MB':>8} {'triples':>12} {'a s':>10}\n"
    )
    for name in given.formats:
        with tempfile.TemporaryDirectory() as folder:
            ended = subprocess.run(
                [sys.executable, "-c", _EXPORT, str(given.graph), folder, name, str(given.shards)],
                stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
            wall, used, peak, size, path = json.loads(ended.stdout)
            count = _triples(Path(path))
        rate = f"{count / wall:>10,.0f}" if count else f"{'':>10}"
        sys.stdout.write(f"{name:<10} {wall:>8.1f} {used:>8.1f} {peak:>8.0f} {size:>8.0f} {count:>12,} {rate}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
