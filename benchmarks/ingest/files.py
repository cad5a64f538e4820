"""The files that are delivered: of any size, and then again with a part of the rows changed."""

import csv
import json
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path

from benchmarks.ingest.errors import BenchmarkError
from k8s import host
from k8s.progress import Progress

FIRST = "first"
PARTS = 4
SHARES = {"0": 0, "1": 1, "10": 10, "100": 100}
"""Deliveries after the first, by the percentage of rows that changed since the one before."""
CASES = (FIRST, *SHARES)
_ALL_CASES = 1_000_000
_PRIME = 61
"""Changed rows are spread evenly: row n changes if n times this, modulo 100, is below the percentage."""
_MOMENTS = {"1": "2026-11-02T09:00:00Z", "10": "2026-11-03T09:00:00Z", "100": "2026-11-04T09:00:00Z"}


@dataclass(frozen=True)
class Deliveries:
    """The files of one size, in a folder."""

    folder: Path
    rows: int

    def path(self, case: str) -> Path:
        """Return the file that is delivered in a case."""
        return self.folder / ("first.csv" if case in (FIRST, "0") else f"changed-{case}.csv")

    @property
    def cases(self) -> tuple[str, ...]:
        """What is delivered: of the largest files not all, for each takes minutes and gigabytes."""
        return CASES if self.rows <= _ALL_CASES else (FIRST, "1")

    def parts(self) -> list[Path]:
        """Return the first delivery in so many files of equal numbers of rows, each with the header."""
        found = [self.folder / f"first-{number}.csv" for number in range(1, PARTS + 1)]
        if not all(path.exists() for path in found):
            _divide(self.path(FIRST), found, -(-self.rows // PARTS))
        return found

    def fees(self, case: str) -> Decimal:
        """Return the sum of the column `fee`, by which a wrong result is known."""
        return Decimal(json.loads((self.folder / "fees.json").read_text())[self.path(case).name])


def ensure(rows: int, image: str, progress: Progress) -> Deliveries:
    """Return the files of a size; the project's generator makes them once, in `image`."""
    folder = host.cache_directory() / "benchmarks" / "files" / f"{rows}-{image.rpartition(':')[2]}"
    made = Deliveries(folder, rows)
    if not (folder / "fees.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        with progress.step(f"making files of {rows:,} rows"):
            _generate(image, rows, made.path(FIRST))
            fees = change(made)
        (folder / "fees.json").write_text(json.dumps(fees))
    return made


def _generate(image: str, rows: int, path: Path) -> None:
    with path.open("wb") as out:
        command = ["docker", "run", "--rm", image, "generate", "forex", "--rows", str(rows)]
        ended = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, check=False)
    if ended.returncode != 0:
        raise BenchmarkError(f"{image} could not generate {rows} rows: {ended.stderr.decode().strip()}")


def change(deliveries: Deliveries) -> dict[str, str]:
    """Write the later deliveries, each with changes to the one before; return the sums of fees by file."""
    paths = {case: deliveries.path(case) for case in _MOMENTS if case in deliveries.cases}
    outs = {case: path.open("w", newline="") for case, path in paths.items()}
    writers = {case: csv.writer(out, lineterminator="\n") for case, out in outs.items()}
    fees = {path.name: Decimal(0) for path in (deliveries.path(FIRST), *paths.values())}
    with deliveries.path(FIRST).open(newline="") as first:
        reader = csv.reader(first)
        header = next(reader)
        fee, updated = header.index("fee"), header.index("updated_at")
        for writer in writers.values():
            writer.writerow(header)
        for number, row in enumerate(reader):
            fees[deliveries.path(FIRST).name] += Decimal(row[fee])
            for case, writer in writers.items():
                if number * _PRIME % 100 < SHARES[case]:
                    row[fee] = str(Decimal(row[fee]) + 1)
                    row[updated] = _MOMENTS[case]
                writer.writerow(row)
                fees[paths[case].name] += Decimal(row[fee])
    for out in outs.values():
        out.close()
    return {name: str(total) for name, total in fees.items()}


def _divide(file: Path, parts: list[Path], rows: int) -> None:
    with file.open(newline="") as whole:
        found = csv.reader(whole)
        header = next(found)
        for part in parts:
            incomplete = part.with_suffix(".incomplete")
            with incomplete.open("w", newline="") as out:
                csv.writer(out, lineterminator="\n").writerows(chain([header], islice(found, rows)))
            incomplete.rename(part)
