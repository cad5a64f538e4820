"""docs/adding-a-source.md, followed step by step in a copy of the checkout, on a real warehouse and object store."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.scratch_checkout import ROOT, Checkout

WALK = (ROOT / "docs" / "adding-a-source.md").read_text().partition("\n## Reference\n")[0]
BLOCKS = re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", WALK, re.DOTALL | re.MULTILINE)
COMMANDS = {"ingest": "podflow_ingest.cli", "podflow-dbt": "podflow_dbt.cli"}


@dataclass
class Reader:
    """Somebody who types what the page says."""

    checkout: Checkout
    environment: dict[str, str]
    said: list[str] = field(default_factory=list)

    def write(self, path: str, content: str) -> None:
        file = self.checkout.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def type(self, commands: str) -> None:
        """Run commands in the checkout; what they export stays for the next ones."""
        kept = self.checkout.folder.parent / "environment"
        script = ["bash", "-euo", "pipefail", "-c", f"{commands}\nenv -0 > {kept}"]
        ended = subprocess.run(
            script, cwd=self.checkout.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, f"{commands}\n{ended.stdout}{ended.stderr}"
        self.said.append(ended.stdout)
        self.environment = dict(pair.split("=", 1) for pair in kept.read_text().split("\0") if pair)


@pytest.fixture
def reader(tmp_path: Path, warehouse: Any, bucket: Any) -> Reader:
    """The copy, the pods' variables, and the pods' commands as an installation of the packages brings them."""
    checkout, commands = Checkout.copied_to(tmp_path / "checkout"), tmp_path / "bin"
    commands.mkdir()
    packages = ":".join(str(checkout.folder / "images" / name) for name in ("task", "ingest", "dbt"))
    for name, module in COMMANDS.items():
        command = commands / name
        command.write_text(f'#!/bin/sh\nPYTHONPATH={packages} exec {sys.executable} -m {module} "$@"\n')
        command.chmod(0o755)
    path = f"{commands}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    pods = {**warehouse.environment("ingest"), **bucket.environment, "LANDING_URL": bucket.url}
    return Reader(checkout, {"PATH": path, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1", **pods})


def cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.split("|"))


def test_the_page_brings_a_new_source_to_gold(reader: Reader, warehouse: Any) -> None:
    found: list[tuple[str, ...]] = []
    expected: list[tuple[str, ...]] = []
    with warehouse.connect("reader") as connection:
        for language, path, content in BLOCKS:
            if path:
                reader.write(path, content)
            elif language == "sh":
                reader.type(content)
            elif language == "sql":
                rows = connection.execute(content).fetchall()
                found = [tuple("" if value is None else str(value) for value in row) for row in rows]
            else:
                expected = [cells(line) for line in content.splitlines()]
        assert len(expected) == 3
        assert found == expected
        (counted,) = connection.execute("SELECT sum(inserted), sum(rejected) FROM ops.load").fetchall()
        assert counted == (6, 1)
    written = [path for _, path, _ in BLOCKS if path.startswith(("dags/", "dbt/"))]
    assert set(written) < set(reader.said[0].splitlines()), "the page writes files that no template has"
    assert reader.checkout.check([*written, "dags/weather.py"]) == ""
