"""Other programs for the same work, each in a locked environment of its own."""

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml

from benchmarks.ingest import dataset, usage
from benchmarks.ingest.postgres import Database
from benchmarks.ingest.work import Work, of_process
from k8s import host, python_environment
from k8s.progress import Progress

_FOLDER = Path(__file__).parent / "peers"
NAMES = {"dlt": "dlt", "sling": "sling-linux-amd64", "pandas": "pandas", "httpx": "httpx"}
"""Peers by name, with the distribution that they are."""
_SLING = Path("sling_linux_amd64/bin/sling-linux-amd64")
Sources = dict[str, str]
"""What is read in each case: a path, or a URL."""


def environment(peer: str, progress: Progress) -> Path:
    """Return the directory of a peer's environment: exactly what its lock says."""
    lock = _FOLDER / peer / "requirements.txt"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    directory = host.cache_directory() / "benchmarks" / f"{peer}-{digest[:12]}"
    if not (directory / "complete").exists():
        with progress.step(f"installing {peer}"):
            shutil.rmtree(directory, ignore_errors=True)
            log = host.cache_directory() / "logs" / f"benchmark-{peer}.log"
            python_environment.create(directory, ["--require-hashes", "--requirement", str(lock)], log)
        (directory / "complete").touch()
    return directory


def version(directory: Path, distribution: str) -> str:
    """Return the version of a distribution in an environment."""
    (found,) = metadata.distributions(name=distribution, path=[str(_packages(directory))])
    return found.version


def _packages(directory: Path) -> Path:
    (found,) = directory.glob("lib/python*/site-packages")
    return found


def _surroundings(folder: str) -> dict[str, str]:
    """Return an environment in which nothing is asked of, or told to, the outside."""
    silent = {"RUNTIME__DLTHUB_TELEMETRY": "false", "SLING_DISABLE_TELEMETRY": "true"}
    return {"PATH": host.users_path(), "HOME": folder, "SLING_HOME_DIR": folder, "TMPDIR": folder, **silent}


@dataclass(frozen=True)
class Script:
    """A peer that is a Python library, with what its script under peers/ is told."""

    label: str
    directory: Path
    script: str
    sources: Sources
    job: dict[str, Any]
    table: str
    cases: tuple[str, ...]

    def prepare(self, database: Database) -> None:
        """Nothing needs to be there."""

    def deliver(self, database: Database, case: str, limit: float) -> Iterator[Work]:
        """Run the script."""
        target = {"url": database.url, "table": dataset.NAME, "key": dataset.key(), "columns": dataset.columns()}
        job = {**self.job, **target, "source": self.sources[case]}
        command = [str(self.directory / "bin" / "python"), str(_FOLDER / self.script / "load.py"), json.dumps(job)]
        with tempfile.TemporaryDirectory(prefix="podflow-benchmark-") as folder:
            yield of_process(usage.run(command, _surroundings(folder), Path(folder), limit))


@dataclass(frozen=True)
class Sling:
    """sling with a replication file; only columns that are no text are declared, for it guesses those right."""

    label: str
    directory: Path
    sources: Sources
    """Paths of files, or URLs of databases."""
    mode: str
    cases: tuple[str, ...]
    keyed: bool = True
    table: str = field(default=f"sling.{dataset.NAME}")

    def prepare(self, database: Database) -> None:
        """Nothing needs to be there."""

    def deliver(self, database: Database, case: str, limit: float) -> Iterator[Work]:
        """Run sling."""
        source = self.sources[case]
        of_a_database = source.startswith("postgresql://")
        stream: dict[str, Any] = {"object": self.table, "mode": self.mode}
        if self.keyed:
            stream |= {"primary_key": dataset.key(), "target_options": {"table_keys": {"primary": dataset.key()}}}
        if not of_a_database:
            stream |= {"columns": self._types(), "source_options": {"empty_as_null": True}}
        name = f"public.{dataset.NAME}" if of_a_database else f"file://{source}"
        replication = {"source": "SOURCE" if of_a_database else "LOCAL", "target": "TARGET", "streams": {name: stream}}
        with tempfile.TemporaryDirectory(prefix="podflow-benchmark-") as folder:
            written = Path(folder) / "replication.yaml"
            written.write_text(yaml.safe_dump(replication, sort_keys=False))
            connections = {"TARGET": f"{database.url}?sslmode=disable", "SOURCE": f"{source}?sslmode=disable"}
            command = [str(_packages(self.directory) / _SLING), "run", "--replication", str(written)]
            yield of_process(usage.run(command, {**_surroundings(folder), **connections}, Path(folder), limit))

    @staticmethod
    def _types() -> dict[str, str]:
        spelled = {each["name"]: each["type"].replace("numeric", "decimal") for each in dataset.columns()}
        typed = {name: kind for name, kind in spelled.items() if kind != "text"}
        return {name: "timestampz" if kind == "timestamptz" else kind for name, kind in typed.items()}
