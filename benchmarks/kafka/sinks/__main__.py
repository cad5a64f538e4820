"""The command line: `python -m benchmarks.kafka.sinks --write docs/benchmarks.md`."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.kafka.sinks import debezium_image
from benchmarks.kafka.sinks.report import report
from benchmarks.kafka.sinks.session import measure
from benchmarks.machine import measured
from benchmarks.publishing import publish
from k8s import image_builds
from k8s.progress import Progress

_TITLE = "Kafka sinks"


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kafka.sinks", description=__doc__)
    parser.add_argument("--records", type=int, default=500_000, help="in thousands a turn; default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the section into this Markdown file")
    return parser.parse_args(arguments)


def _measure(chosen: argparse.Namespace) -> str:
    with Progress() as progress:
        images = image_builds.ensure(("kafka", "producer", "ingest", "postgres"), progress)
        images["debezium"] = debezium_image.ensure(progress)
        records = max(1000, chosen.records // 1000 * 1000)
        turns = measure(images, records, chosen.rounds, progress.note)
    return report(turns, records, measured())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write; returns the exit code: 0 well, 1 a problem that is told."""
    chosen = _parse(arguments)
    # Told to stop, it removes its containers first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    return publish(_TITLE, lambda: _measure(chosen), chosen.write)


if __name__ == "__main__":
    sys.exit(main())
