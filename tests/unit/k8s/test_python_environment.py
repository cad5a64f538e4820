from collections.abc import Sequence
from pathlib import Path

import pytest

from k8s import python_environment
from k8s.errors import ClusterError
from k8s.progress import Progress


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Path]:
    """Return the directories that environments were made in, instead of installing anything."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    directories: list[Path] = []

    def create(directory: Path, requirements: Sequence[str], _: Path) -> None:
        assert requirements[:2] == ["--require-hashes", "--requirement"]
        uv = directory / "bin" / "uv"
        uv.parent.mkdir(parents=True)
        uv.write_text("#!/bin/sh\n")
        uv.chmod(0o755)
        directories.append(directory)

    monkeypatch.setattr(python_environment, "create", create)
    return directories


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    lock = tmp_path / "requirements.txt"
    lock.write_text("# one lock\n")
    return lock


def test_environment_is_made_once_for_a_lock(made: list[Path], lock: Path) -> None:
    first = python_environment.ensure_test_environment(Progress(), lock)
    second = python_environment.ensure_test_environment(Progress(), lock)
    assert first == second
    assert made == [first.resolve()]


def test_changed_lock_gets_a_new_environment_beside_the_old_one(made: list[Path], lock: Path) -> None:
    old = python_environment.ensure_test_environment(Progress(), lock).resolve()
    lock.write_text("# another lock\n")
    new = python_environment.ensure_test_environment(Progress(), lock).resolve()
    assert made == [old, new]
    assert old.is_dir()


def test_environment_that_was_not_finished_is_made_again(
    made: list[Path], lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(directory: Path, _: Sequence[str], __: Path) -> None:
        (directory / "lib").mkdir(parents=True)
        raise ClusterError("no network")

    with monkeypatch.context() as patch:
        patch.setattr(python_environment, "create", break_off)
        with pytest.raises(ClusterError):
            python_environment.ensure_test_environment(Progress(), lock)
    assert not (python_environment.ensure_test_environment(Progress(), lock) / "lib").exists()
    assert len(made) == 1
