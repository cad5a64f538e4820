from collections.abc import Sequence
from pathlib import Path

import pytest

from k8s import python_environment
from k8s.progress import Progress


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    lock = tmp_path / "requirements.txt"
    lock.write_text("# one lock\n")

    def create(directory: Path, requirements: Sequence[str], _: Path) -> None:
        assert requirements == ["--require-hashes", "--requirement", str(lock)]
        directory.mkdir(parents=True)

    monkeypatch.setattr(python_environment, "create", create)
    return lock


def test_environment_is_made_once_and_made_anew_when_the_lock_changes(lock: Path) -> None:
    directory = python_environment.ensure_test_environment(Progress(), lock)
    left = directory / "left-from-before"
    left.touch()
    python_environment.ensure_test_environment(Progress(), lock)
    assert left.exists()
    lock.write_text("# another lock\n")
    assert not python_environment.is_current(directory, lock)
    python_environment.ensure_test_environment(Progress(), lock)
    assert not left.exists()


def test_environment_that_was_not_finished_is_not_current(lock: Path) -> None:
    (python_environment.test_environment() / "bin").mkdir(parents=True)
    assert not python_environment.is_current(python_environment.test_environment(), lock)
