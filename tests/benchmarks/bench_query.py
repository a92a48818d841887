"""How long the queries that ship take through `kg`, and how long in bare pyoxigraph over the same triples.

    python -m tests.benchmarks.bench_query exports/ --index /somewhere/for/the/index

Both ask one and the same store on disk, each query `--repeats` times in turns after a first time that counts for
nothing; what is compared is the least time of each, which other work on the machine disturbs least, and the median.
Through `kg` means `kg.query.run.ask`: the text's checks, the query, and all rows as they are handed to Python. Bare
means `pyoxigraph.Store.query` and a loop over its rows.
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
    start = time.perf_counter()
    count = call()
    return time.perf_counter() - start, count


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
    parser.add_argument("--most", type=float, default=60.0, help="seconds of one query after which it is not repeated")
    chosen = parser.parse_args()
    asking = QueryConfig(memory_triples=0, folder=chosen.index)

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
    for named in find_queries().values():
        sparql = to_sparql(named)

        def ours(text: str = sparql) -> int:
            return len(ask(triples, text))

        def bare(text: str = sparql) -> int:
            found = triples.query(text, prefixes=PREFIXES, base_iri="https://w3id.org/abstract-kg/id/")
            return sum(1 for _ in found)  # type: ignore[union-attr, misc]

        spent, rows = _timed(ours)
        times: dict[str, list[float]] = {"kg": [spent], "bare": []}
        if spent < chosen.most:
            times["kg"].clear()
        for _ in range(chosen.repeats if spent < chosen.most else 1):
            for name, call in (("bare", bare), ("kg", ours)) if spent < chosen.most else (("bare", bare),):
                taken, count = _timed(call)
                if count != rows:
                    raise SystemExit(f"{named.name}: {name} gives {count} rows, before it was {rows}")
                times[name].append(taken)
        ours_least, bare_least = min(times["kg"]), min(times["bare"])
        ratios.append(ours_least / bare_least)
        medians.append(statistics.median(times["kg"]) / statistics.median(times["bare"]))
        sys.stdout.write(
            f"{named.name:<22}{rows:>9,}{ours_least:>10.4f}{bare_least:>10.4f}{ratios[-1]:>8.2f}{medians[-1]:>12.2f}\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"\nmedian of the {len(ratios)}: {statistics.median(ratios):.2f} (of least times), ")
    sys.stdout.write(f"{statistics.median(medians):.2f} (of medians)\n")


if __name__ == "__main__":
    main()
