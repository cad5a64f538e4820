"""All measurements, one after the other: `python -m benchmarks --write docs/benchmarks.md`, or some: `--parts kafka`.

Each writes its own section when it ends well. One that takes too long is told to stop, and the next one begins.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SECONDS_TO_END = 60
"""For what a benchmark that is told to stop still has to remove."""


@dataclass(frozen=True)
class Part:
    """One benchmark; how long it takes on two quiet cores, and how long it may take."""

    module: str
    minutes: int
    limit: int
    of_cluster: bool = False


PARTS = {
    "ingest": Part("benchmarks.ingest", 35, 100),
    "dbt": Part("benchmarks.dbt", 10, 30),
    "kafka": Part("benchmarks.kafka", 8, 25),
    "sinks": Part("benchmarks.kafka.sinks", 12, 40),
    "pod_task": Part("benchmarks.pod_task", 15, 45, of_cluster=True),
}


def commands(name: str, cluster: str, document: Path | None) -> list[list[str]]:
    """Return what a part runs, in this order."""
    part = PARTS[name]
    write = ["--write", str(document)] if document else []
    if not part.of_cluster:
        return [["-m", part.module, *write]]
    return [["-m", "k8s", "deploy", "--cluster", cluster], ["-m", part.module, "--cluster", cluster, *write]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts; returns the exit code: 0 if all of them ended well."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=[*PARTS], help="default: all")
    parser.add_argument("--cluster", default="podflow-test", help="of pod_task; default: %(default)s")
    parser.add_argument("--write", type=Path, metavar="FILE", help="also write the sections into this Markdown file")
    chosen = parser.parse_args(arguments)
    failed = []
    for name in chosen.parts:
        part = PARTS[name]
        print(f"{name}: about {part.minutes} minutes, at most {part.limit}", file=sys.stderr, flush=True)
        # A step that fails keeps the part's other steps from running, not the other parts.
        if not all(run(command, part.limit * 60) for command in commands(name, chosen.cluster, chosen.write)):
            failed.append(name)
    if failed:
        print(f"error: {', '.join(failed)} did not end well; see above", file=sys.stderr)
    return 1 if failed else 0


def run(arguments: Sequence[str], seconds: float) -> bool:
    """Run Python with these arguments; tell it to stop after so many seconds. Returns whether it ended well."""
    process = subprocess.Popen([sys.executable, *arguments])
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        print(f"error: {' '.join(arguments)}: stopped after {seconds / 60:.0f} minutes", file=sys.stderr)
        process.terminate()
        try:
            process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return False


if __name__ == "__main__":
    sys.exit(main())
