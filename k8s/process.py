"""The one place where commands of the host are run."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from k8s import host
from k8s.errors import CommandFailedError

_LAST_LINES = 15

_running: set[subprocess.Popen[str]] = set()
_running_lock = threading.Lock()
_detached: list[subprocess.Popen[bytes]] = []
"""Kept, because Python warns of a child that is forgotten while it runs."""
_stopping = threading.Event()


@dataclass(frozen=True)
class Setting:
    """How a command is run: working directory, additions to the environment, time limit in seconds."""

    directory: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float | None = None
    standard_input: str | None = None


DEFAULT = Setting()


def run(command: Sequence[str], log: Path, setting: Setting = DEFAULT) -> None:
    """Run a command with its whole output appended to `log`.

    Raises CommandFailedError, with the last lines of the output, when it fails or takes too long.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as output:
        output.write(f"\n$ {' '.join(command)}\n")
        output.flush()
        start = output.tell()
        try:
            code, _ = _complete(command, setting, output.fileno(), subprocess.STDOUT)
            reason = f"ended with code {code}"
        except subprocess.TimeoutExpired:
            code, reason = -1, f"did not end within {setting.seconds:.0f} s"
    if code != 0:
        raise CommandFailedError(command, reason, _last_lines(_read_from(log, start)), log)


def output(command: Sequence[str], setting: Setting = DEFAULT) -> str:
    """Run a command and return its standard output; raises CommandFailedError with its standard error."""
    try:
        code, texts = _complete(command, setting, subprocess.PIPE, subprocess.PIPE)
    except subprocess.TimeoutExpired:
        reason = f"did not end within {setting.seconds:.0f} s"
        raise CommandFailedError(command, reason, "", None) from None
    if code != 0:
        raise CommandFailedError(command, f"ended with code {code}", _last_lines(texts[1] or ""), None)
    return texts[0] or ""


def succeeds(command: Sequence[str], setting: Setting = DEFAULT) -> bool:
    """Say whether a command ends well; what it prints is dropped."""
    try:
        output(command, setting)
    except CommandFailedError:
        return False
    return True


def start_detached(command: Sequence[str], log: Path) -> None:
    """Start a command that outlives this process and its terminal; its output goes to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as output_file:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output_file,
            stderr=subprocess.STDOUT,
            env=host.subprocess_environment(),
            start_new_session=True,
        )
    _detached.append(child)


def stop_all() -> None:
    """End every command that is still running, for good; for a failed or interrupted session of several threads."""
    _stopping.set()
    with _running_lock:
        children = list(_running)
    for child in children:
        child.terminate()


def is_stopping() -> bool:
    """Say whether `stop_all` was called: no thread should start anything new."""
    return _stopping.is_set()


def _complete(
    command: Sequence[str], setting: Setting, stdout: int, stderr: int
) -> tuple[int, tuple[str | None, str | None]]:
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE if setting.standard_input is not None else subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            text=True,
            cwd=setting.directory,
            env=host.subprocess_environment(setting.environment),
        )
    except FileNotFoundError:
        raise CommandFailedError(command, "is not installed", "", None) from None
    with _running_lock:
        _running.add(child)
    try:
        texts = child.communicate(setting.standard_input, timeout=setting.seconds)
    except BaseException:
        child.terminate()
        child.wait()
        raise
    finally:
        with _running_lock:
            _running.discard(child)
    return child.returncode, texts


def _read_from(log: Path, start: int) -> str:
    with log.open("rb") as written:
        written.seek(start)
        return written.read().decode("utf-8", errors="replace")


def _last_lines(text: str) -> str:
    lines: Iterable[str] = [line for line in text.splitlines() if line.strip()]
    return "\n".join(f"  {line}" for line in list(lines)[-_LAST_LINES:])
