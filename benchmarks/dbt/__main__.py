"""The command line: `python -m benchmarks.dbt --write docs/benchmarks.md`."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.dbt.report import report
from benchmarks.dbt.session import measure
from benchmarks.machine import measured
from benchmarks.publishing import publish
from k8s import image_builds
from k8s.progress import Progress

_TITLE = "dbt"


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dbt", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="a table; then 10 and 100 times; default: %(default)s")
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10, 100], help="default: 1 10 100")
    parser.add_argument("--new", type=int, nargs="+", default=[100, 5_000], help="default: 100 5000")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the section into this Markdown file")
    return parser.parse_args(arguments)


def _measure(chosen: argparse.Namespace) -> str:
    with Progress() as progress:
        images = image_builds.ensure(("postgres", "ingest", "dbt"), progress)
        turns = measure(images, [chosen.rows * times for times in chosen.times], chosen.new, progress.note)
    return report(turns, measured())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write; returns the exit code: 0 well, 1 a problem that is told."""
    chosen = _parse(arguments)
    # Told to stop, it removes its containers first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    return publish(_TITLE, lambda: _measure(chosen), chosen.write)


if __name__ == "__main__":
    sys.exit(main())
