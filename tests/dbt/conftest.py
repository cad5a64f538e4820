"""The dbt project as dbt reads it, without a warehouse."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[2] / "dbt"

Manifest = dict[str, Any]


@pytest.fixture(scope="session")
def parse(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Manifest]:
    """Return a function that parses the project for a target; dbt's warnings are errors, deprecations too."""

    def parsed(target: str) -> Manifest:
        folder = tmp_path_factory.mktemp(target)
        located = [
            f"--project-dir={PROJECT}",
            f"--profiles-dir={PROJECT}",
            f"--target-path={folder}",
            f"--log-path={folder}",
        ]
        dbt = str(Path(sys.executable).with_name("dbt"))
        command = [dbt, "--warn-error", "parse", "--target", target, *located]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        manifest: Manifest = json.loads((folder / "manifest.json").read_text())
        return manifest

    return parsed


@pytest.fixture(scope="session")
def manifest(parse: Callable[[str], Manifest]) -> Manifest:
    """The project parsed for target pro."""
    return parse("pro")


@pytest.fixture(scope="session")
def models(manifest: Manifest) -> list[Manifest]:
    """All models of the project."""
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
