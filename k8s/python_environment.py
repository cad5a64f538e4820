"""Virtual environments of Python packages, made with the host's own Python."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from k8s import apt, ca, host, process
from k8s.progress import Progress

_LOCK = Path(__file__).parents[1] / "tests" / "requirements.txt"
_UV_LOCK = Path(__file__).parents[1] / "images" / "build" / "requirements.txt"


def test_environment(lock: Path) -> Path:
    """Return the directory of the environment that belongs to a lock and to this version of Python."""
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    return host.cache_directory() / "venvs" / digest[:12]


def ensure_test_environment(progress: Progress, lock: Path = _LOCK) -> Path:
    """Return `venv` in the cache: a link to the environment of the lock as it is now, every package hash-checked.

    An environment of an earlier lock stays beside it: something may still run from there.
    """
    directory, link = test_environment(lock), host.cache_directory() / "venv"
    done = directory / "compiled"
    if not done.exists():
        log = host.cache_directory() / "logs" / "venv.log"
        with progress.step("Python environment for tests: installing the locked packages"):
            shutil.rmtree(directory, ignore_errors=True)
            # pip refuses a hash-checked lock in which a package is wanted with extras; uv, which wrote it, does not.
            create(directory, ["--require-hashes", "--requirement", str(_UV_LOCK)], log)
            install = [str(directory / "bin" / "uv"), "pip", "install", "--python", str(directory / "bin" / "python")]
            # Nothing writes bytecode later (Makefile), and without it each process of a test compiles what it imports.
            options = ["--compile-bytecode", "--require-hashes", "--requirement", str(lock)]
            process.run([*install, *options], log, _trusting_host())
            done.touch()
    temporary = link.with_name("venv.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(directory)
    temporary.replace(link)
    return link


def create(directory: Path, requirements: Sequence[str], log: Path) -> None:
    """Make a virtual environment and install into it; `requirements` are arguments for pip."""
    if not _can_make_environments():
        apt.install({"python3-venv"}, log)
    process.run([sys.executable, "-m", "venv", str(directory)], log)
    pip = [str(directory / "bin" / "python"), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    process.run([*pip, *requirements], log)


def _trusting_host() -> process.Setting:
    """Let uv, which brings authorities of its own, trust the host's where the network re-signs TLS."""
    bundle = ca.host_ca_bundle()
    trusted = {"SSL_CERT_FILE": str(bundle)} if bundle else {}
    return process.Setting(environment={"UV_CACHE_DIR": str(host.cache_directory() / "uv"), **trusted})


def _can_make_environments() -> bool:
    # Debian ships the module venv without ensurepip, which it needs, unless python3-venv is installed.
    return process.succeeds([sys.executable, "-c", "import ensurepip, venv"])
