"""What the scheduler imports before it forks: all of the list, and nothing that a fork would break."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# `airflow` is what every component imports first; it imports airflow_local_settings.
LOOK = """
import json, os, sys, airflow, airflow_local_settings as local
links = [os.readlink(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd") if number.isdigit()
         and os.path.exists(f"/proc/self/fd/{number}")]
print(json.dumps({
    "missing": [name for name in local.PRELOADED if name not in sys.modules],
    "threads": len(os.listdir("/proc/self/task")),
    "sockets": [link for link in links if link.startswith("socket:")],
    "settings": [name for name in ("PRELOADED", "preload", "os") if hasattr(sys.modules["airflow.settings"], name)],
}))
"""


def look(tmp_path: Path, preload: str) -> dict[str, list[str] | int]:
    """Start Airflow as a component does, and say what it holds."""
    paths = [str(ROOT / "images" / "airflow"), str(ROOT / "dags")]
    environment = {
        **os.environ,
        "AIRFLOW_HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(paths),
        "PODFLOW_PRELOAD": preload,
    }
    done = subprocess.run([sys.executable, "-c", LOOK], env=environment, capture_output=True, text=True, check=True)
    found: dict[str, list[str] | int] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def preloaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str] | int]:
    return look(tmp_path_factory.mktemp("airflow"), "true")


def test_everything_is_there_before_the_fork(preloaded: dict[str, list[str] | int]) -> None:
    assert preloaded["missing"] == []


def test_it_starts_no_thread_and_opens_no_connection(preloaded: dict[str, list[str] | int]) -> None:
    assert preloaded["threads"] == 1
    assert preloaded["sockets"] == []


def test_airflow_takes_none_of_its_names_for_a_setting(preloaded: dict[str, list[str] | int]) -> None:
    assert preloaded["settings"] == ["os"], "airflow.settings has an `os` of its own"


def test_components_that_are_not_told_to_import_nothing(tmp_path: Path) -> None:
    missing = look(tmp_path, "")["missing"]
    assert isinstance(missing, list)
    assert "podflow_dags.pod_task" in missing
