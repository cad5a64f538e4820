"""The image as a pod runs it: any user, a root file system that cannot be written, no capabilities."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from podflow_ingest.settings import Settings

HARDENED = ["--read-only", "--user=54321:54321", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--network=host"]
PASSED_ON = ("AWS_", "WAREHOUSE_", "CONNECTIONS__", "LANDING_URL", "PODFLOW_")


pytestmark = pytest.mark.timeout(1800)
"""The image is built first where it is missing."""


@pytest.fixture
def run(
    settings: Settings, image: Callable[[str], str], tmp_path: Path
) -> Callable[..., tuple[subprocess.CompletedProcess[str], dict[str, Any]]]:
    """Return a function that runs the image with arguments, and returns its process and its result."""
    assert settings.landing()
    message = tmp_path / "termination-log"
    message.touch()
    message.chmod(0o666)
    variables = [f"--env={name}" for name in os.environ if name.startswith(PASSED_ON)]
    reference = image("ingest")

    def run_image(*arguments: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
        mount = f"--volume={message}:/dev/termination-log"
        command = ["docker", "run", "--rm", *HARDENED, mount, *variables, reference, *arguments]
        process = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        return process, json.loads(message.read_text() or "{}")

    return run_image


def test_a_file_goes_from_its_source_to_bronze(items: Any, run: Callable[..., Any]) -> None:
    items.deliver(b"id,code,price,sold_at,note\n1,abc,1,,\n2,abc,n/a,,\n")
    dataset = items.dataset.model_dump_json()
    extracted, result = run("extract", dataset, "--date", "2026-11-20")
    assert (extracted.returncode, extracted.stderr) == (0, "")
    (chunk,) = result["chunks"]
    loaded, result = run("load", dataset, chunk)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert (result["inserted"], result["rejected"]) == (1, 1)
    assert items.query("SELECT id FROM bronze_shop.items") == [(1,)]


def test_the_reason_of_a_failure_is_its_result(items: Any, run: Callable[..., Any]) -> None:
    failed, result = run("load", items.dataset.model_dump_json(), "dt=2026-11-20/x.csv")
    assert failed.returncode == 1
    assert result["error"].endswith("no such object; run extract again")
