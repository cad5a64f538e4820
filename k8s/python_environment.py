"""Virtual environments of Python packages, made with the host's own Python."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from k8s import apt, host, process
from k8s.progress import Progress

_LOCK = Path(__file__).parents[1] / "tests" / "requirements.txt"


def test_environment() -> Path:
    """Return the directory of the environment that tests and checks run in."""
    return host.cache_directory() / "venv"


def is_current(directory: Path, lock: Path = _LOCK) -> bool:
    """Say whether an environment was made, to its end, from the lock as it is now."""
    mark = directory / "podflow-lock"
    return mark.is_file() and mark.read_text() == _digest(lock)


def ensure_test_environment(progress: Progress, lock: Path = _LOCK) -> Path:
    """Return the test environment, made anew whenever its lock has changed; every package is hash-checked."""
    directory = test_environment()
    if is_current(directory, lock):
        return directory
    log = host.cache_directory() / "logs" / "venv.log"
    with progress.step("Python environment for tests: installing the locked packages"):
        _restart(directory)
        create(directory, ["--require-hashes", "--requirement", str(lock)], log)
        (directory / "podflow-lock").write_text(_digest(lock))
    return directory


def create(directory: Path, requirements: Sequence[str], log: Path) -> None:
    """Make a virtual environment and install into it; `requirements` are arguments for pip."""
    if not _can_make_environments():
        apt.install({"python3-venv"}, log)
    process.run([sys.executable, "-m", "venv", str(directory)], log)
    pip = [str(directory / "bin" / "python"), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    process.run([*pip, *requirements], log)


def _restart(directory: Path) -> None:
    # An environment of another lock could keep packages that the new one no longer names.
    shutil.rmtree(directory, ignore_errors=True)


def _can_make_environments() -> bool:
    # Debian ships the module venv without ensurepip, which it needs, unless python3-venv is installed.
    return process.succeeds([sys.executable, "-c", "import ensurepip, venv"])


def _digest(lock: Path) -> str:
    # Packages with compiled parts belong to one version of Python.
    content = lock.read_bytes() + sys.version.encode()
    return hashlib.sha256(content).hexdigest()
