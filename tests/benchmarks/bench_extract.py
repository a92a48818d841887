"""Measure `kg extract` against the bare encoder: the same papers, chunks and processes, as whole commands in turn.

    python -m tests.benchmarks.bench_extract PAPERS --count 1000

The floor (`bare_encoder`) is a program that starts the same worker processes, each with the same tokenizer and encoder,
and makes the forward passes of the same chunks, one document each; it finds nothing. Both start from nothing and read
the same file. The share is the floor's seconds over those of `kg extract`.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

import kg
from kg.config import ExtractConfig
from kg.extract import model_version
from tests.benchmarks.bench_build import machine, measure, write_some


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("papers", type=Path, help="a file of papers in any format that kg reads")
    parser.add_argument("--count", type=int, default=1000, help="how many of its papers")
    parser.add_argument("--runs", type=int, default=3, help="runs of each, in turn; the medians are shown")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    given = parser.parse_args()
    workers = str(given.workers)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "papers.jsonl"
        number = write_some(given.papers, given.count, path)
        extract = [sys.executable, "-m", "kg.cli", "extract", str(path), "-j", workers, "-o", "documents.jsonl"]
        floors, found = [], []
        for _ in range(given.runs):
            floors.append(
                measure(
                    [sys.executable, "-m", "tests.benchmarks.bare_encoder", str(path), workers], path.parent
                ).seconds
            )
            found.append(measure(extract, path.parent).seconds)
    floor, seconds = median(floors), median(found)
    sys.stdout.write(
        f"kg {kg.__version__}, model {model_version(ExtractConfig())}, {workers} workers, {given.runs} runs each; "
        f"{machine()}\n\n"
        "| papers | kg extract, s (least to most) | papers/s | bare encoder, s (least to most) | share |\n"
        "| ---: | ---: | ---: | ---: | ---: |\n"
        f"| {number:,} | {seconds:.1f} ({min(found):.1f} to {max(found):.1f}) | {number / seconds:.1f} "
        f"| {floor:.1f} ({min(floors):.1f} to {max(floors):.1f}) | {floor / seconds:.2f} |\n"
    )


if __name__ == "__main__":
    main()
