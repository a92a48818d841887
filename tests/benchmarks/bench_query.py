"""How long the queries that ship take through `kg`, and how long in bare pyoxigraph over the same triples.

    python -m tests.benchmarks.bench_query exports/ --index /somewhere/for/the/index

Both ask one and the same store on disk. Each query has a process of its own: it is asked once for nothing, then
`--repeats` times both ways in turns. Seconds are of the processor, which other work on the machine disturbs least: a
query runs in one thread. The ratio is of the least times and of the medians. Through `kg` means `kg.query.run.ask`: the
text's checks, the query, and all rows as they are handed to Python. Bare means `pyoxigraph.Store.query` and a loop over
its rows.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from kg.config import QueryConfig
from kg.query import find_queries, open_triples, to_sparql
from kg.query.run import ask
from kg.vocab import PREFIXES


def _timed(call: Any) -> tuple[float, int]:
    start = time.process_time()
    count = call()
    return time.process_time() - start, count


def _measure(folder: Path, name: str, asking: QueryConfig, repeats: int) -> dict[str, Any]:
    """Ask one query both ways in turns; return its rows and all times."""
    triples, text = open_triples(folder, asking=asking), to_sparql(name)

    def ours() -> int:
        return len(ask(triples, text))

    def bare() -> int:
        found = triples.query(text, prefixes=PREFIXES, base_iri="https://w3id.org/abstract-kg/id/")
        return sum(1 for _ in found)  # type: ignore[union-attr, misc]

    rows = bare()
    times: dict[str, list[float]] = {"kg": [], "bare": []}
    for _ in range(repeats):
        for kind, call in (("kg", ours), ("bare", bare)):
            taken, count = _timed(call)
            if count != rows:
                raise SystemExit(f"{name}: {kind} gives {count} rows, before it was {rows}")
            times[kind].append(taken)
    return {"rows": rows, **times}


def _start(folder: Path, index: str) -> float:
    """Return the seconds of a whole `kg query` that asks for one thing: what a second question waits before it runs."""
    words = ["-m", "kg.cli", "query", str(folder), "ASK { ?paper a fabio:ResearchPaper }", "--on-disk"]
    settings = Path(index or ".") / "bench-query.toml"
    settings.write_text(f"[query]\nfolder = {json.dumps(index)}\n", encoding="utf-8")
    start = time.perf_counter()
    subprocess.run([sys.executable, *words, "--config", str(settings)], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Measure, and print a row a query."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder that kg build wrote")
    parser.add_argument("--index", default="", help="where the index goes; beside the graph by default")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--most", type=float, default=300.0, help="seconds by the clock that one query's process gets")
    parser.add_argument("--only", default="", help="measure this query alone, and write JSON")
    chosen = parser.parse_args()
    asking = QueryConfig(memory_triples=0, folder=chosen.index)
    if chosen.only:
        sys.stdout.write(json.dumps(_measure(chosen.folder, chosen.only, asking, chosen.repeats)))
        return

    start = time.perf_counter()
    triples = open_triples(chosen.folder, asking=asking)
    first = time.perf_counter() - start
    start = time.perf_counter()
    triples = open_triples(chosen.folder, asking=asking)
    again = time.perf_counter() - start
    sys.stdout.write(f"{len(triples):,} triples; opened first in {first:.1f} s, then in {again * 1000:.0f} ms; ")
    sys.stdout.write(f"a whole 'kg query' with an ASK: {_start(chosen.folder, chosen.index):.2f} s\n\n")
    sys.stdout.write(f"{'query':<22}{'rows':>9}{'kg, s':>10}{'bare, s':>10}{'ratio':>8}{'of medians':>12}\n")

    ratios, medians = [], []
    for name in find_queries():
        words = [sys.executable, "-m", "tests.benchmarks.bench_query", str(chosen.folder), "--only", name]
        words += ["--index", chosen.index, "--repeats", str(chosen.repeats)]
        try:
            ended = subprocess.run(words, check=True, stdout=subprocess.PIPE, timeout=chosen.most)
        except subprocess.TimeoutExpired:
            sys.stdout.write(f"{name:<22}  not done in {chosen.most:.0f} s\n")
            sys.stdout.flush()
            continue
        told = json.loads(ended.stdout)
        ours, bare = min(told["kg"]), min(told["bare"])
        ratios.append(ours / bare)
        medians.append(statistics.median(told["kg"]) / statistics.median(told["bare"]))
        line = f"{name:<22}{told['rows']:>9,}{ours:>10.4f}{bare:>10.4f}{ratios[-1]:>8.2f}{medians[-1]:>12.2f}\n"
        sys.stdout.write(line)
        sys.stdout.flush()
    if ratios:
        sys.stdout.write(f"\nmedian of the {len(ratios)}: {statistics.median(ratios):.2f} (of least times), ")
        sys.stdout.write(f"{statistics.median(medians):.2f} (of medians)\n")


if __name__ == "__main__":
    main()
