"""Ratios against other tools, measured in one run: they hold where absolute times do not.

    python tools/benchmark.py DOCS [DOCS ...]

CPU seconds of this process (of children for start-up), medians of several rounds.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt
from pymarkdown.api import PyMarkdownApi

from lld_agent.model.source import SourceText
from lld_agent.review.pipeline import review
from lld_agent.sources.design import load_design
from lld_agent.sources.load import load_path

ROUNDS = 7


def cpu(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median CPU seconds of a call, after one that is not counted."""
    work()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times)


def children(command: list[str], rounds: int = ROUNDS) -> float:
    """Return the median CPU seconds of a whole process."""
    times = []
    for _ in range(rounds + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(times[1:])


def row(name: str, ours: float, other: float, limit: str) -> None:
    """Print a row of the table."""
    print(f"| {name} | {ours * 1000:.0f} | {other * 1000:.0f} | {ours / other:.2f} | {limit} |")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("docs", nargs="+", type=Path)
    paths = sorted({path for folder in parser.parse_args().docs for path in folder.rglob("*.md")})
    sources = [load_path(path) for path in paths]
    print(f"{len(paths)} documents, {sum(len(s.text) for s in sources)} characters\n")
    print("| what | ours, ms | other, ms | ratio | asked for |")
    print("|---|---:|---:|---:|---|")
    reviewed = cpu(lambda: [review(load_design(source)) for source in sources])
    parsed = cpu(lambda: [MarkdownIt("commonmark").enable("table").parse(s.text) for s in sources])
    row("review : markdown-it-py's bare parse", reviewed, parsed, "at most 5")
    # Once, and cold: a scan takes long enough that neither matters.
    start = time.process_time()
    for path in paths:
        PyMarkdownApi().scan_path(str(path))
    scanned = time.process_time() - start
    row("pymarkdown's scan : review", scanned, reviewed, "at least 10")
    longest = max(sources, key=lambda source: len(source.text))
    once = cpu(lambda: review(load_design(longest.named("-"))))
    many = SourceText("\n\n".join([longest.text] * 10), "-")
    tenfold = cpu(lambda: review(load_design(many)), 3)
    row("a document ten times as long : once", tenfold, once, "at most 12")
    typer = children([sys.executable, "-c", "import typer"])
    tool = str(Path(sys.executable).with_name("lld-agent"))
    row("`--version` : `import typer`", children([tool, "--version"]), typer, "at most 1.2")
    row("`--help` : `import typer`", children([tool, "--help"]), typer, "-")
    return 0


if __name__ == "__main__":
    sys.exit(main())
