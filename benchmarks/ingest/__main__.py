"""The command line: `python -m benchmarks.ingest --write docs/benchmarks.md`."""

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.ingest import objectstore, peers, postgres
from benchmarks.ingest.contenders import Surroundings
from benchmarks.ingest.record import Records
from benchmarks.ingest.report import report
from benchmarks.ingest.session import PARTS, Plan, Session
from benchmarks.ingest.turns import Servers, Turns
from benchmarks.machine import measured
from benchmarks.publishing import publish
from k8s import image_builds
from k8s.progress import Progress

_TITLE = "Ingestion"
_IMAGES = ("ingest", "objectstore", "postgres", "sources")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    plan = Plan()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="default: all")
    parser.add_argument("--rows", nargs="+", type=int, default=plan.rows, help="sizes; default: %(default)s")
    parser.add_argument("--rounds", type=int, default=plan.rounds, help="repetitions at most; default: %(default)s")
    parser.add_argument("--only", nargs="+", default=plan.only, metavar="NAME", help="contenders whose names begin so")
    parser.add_argument("--limit", type=float, default=600, help="seconds for a step; default: %(default)s")
    parser.add_argument(
        "--set", nargs="+", default=[], type=_setting, metavar="NAME=VALUE", help="settings of Postgres"
    )
    parser.add_argument("--records", type=Path, metavar="FILE", help="keep figures here; what it has is not repeated")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the section into this Markdown file")
    return parser.parse_args(arguments)


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _run(chosen: argparse.Namespace) -> str:
    with Progress() as progress:
        return _measure(chosen, Records(chosen.records), progress)


def _measure(chosen: argparse.Namespace, records: Records, progress: Progress) -> str:
    environments = {name: peers.environment(name, progress) for name in peers.NAMES}
    images = image_builds.ensure(_IMAGES, progress)
    with (
        tempfile.TemporaryDirectory(prefix="podflow-benchmark-") as folder,
        postgres.running(images["postgres"], Path(folder), dict(chosen.set)) as server,
        objectstore.running(images["objectstore"]) as store,
    ):
        servers = Servers(server, store)
        session = Session(
            Surroundings(images, environments, servers), Turns(servers, chosen.limit, progress.note), records, progress
        )
        session.measure(Plan(chosen.parts, chosen.rows, chosen.rounds, chosen.only))
        where = measured(f"Postgres {server.version()}")
        where += "".join(f", {name} {value} instead of the chart's" for name, value in chosen.set)
    versions = {name: peers.version(environments[name], distribution) for name, distribution in peers.NAMES.items()}
    return report(records, where, versions)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write; returns the exit code: 0 well, 1 a problem that is told."""
    chosen = parse(arguments)
    # Told to stop, it removes its containers first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    return publish(_TITLE, lambda: _run(chosen), chosen.write)


if __name__ == "__main__":
    sys.exit(main())
