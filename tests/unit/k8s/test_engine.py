import io
from pathlib import Path

import pytest

from k8s import engine
from k8s.progress import Progress


def test_configuration_carries_the_links_mtu_and_keeps_the_hosts_own_settings() -> None:
    assert engine.configuration(1400, None, {"log-driver": "local"}) == {"log-driver": "local", "mtu": 1400}


def test_configuration_makes_the_wrapper_the_default_runtime_beside_others() -> None:
    made = engine.configuration(1500, Path("/w"), {"runtimes": {"nvidia": {"path": "n"}}})
    assert made["default-runtime"] == engine.RUNTIME_NAME
    assert made["runtimes"] == {"nvidia": {"path": "n"}, engine.RUNTIME_NAME: {"path": "/w"}}


def _processes(directory: Path, names: dict[int, str]) -> Path:
    for number, name in names.items():
        (directory / str(number)).mkdir(parents=True)
        (directory / str(number) / "comm").write_text(f"{name}\n")
    return directory


def test_pid_file_of_a_running_engine_stays(tmp_path: Path) -> None:
    file = tmp_path / "docker.pid"
    file.write_text("7")
    engine.remove_stale_pid_files((file,), _processes(tmp_path / "proc", {7: "dockerd"}))
    assert file.exists()


def test_pid_file_of_a_gone_process_and_of_another_program_goes(tmp_path: Path) -> None:
    gone, reused = tmp_path / "docker.pid", tmp_path / "containerd.pid"
    gone.write_text("8")
    reused.write_text("9\n")
    engine.remove_stale_pid_files((gone, reused, tmp_path / "absent.pid"), _processes(tmp_path / "proc", {9: "bash"}))
    assert not gone.exists()
    assert not reused.exists()


@pytest.mark.parametrize(("default_runtime", "restored"), [(engine.RUNTIME_NAME, True), ("runc", False)])
def test_running_engine_gets_its_wrapper_back_when_the_cache_was_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, default_runtime: str, restored: bool
) -> None:
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(f"#!/bin/sh\necho {default_runtime}\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{docker.parent}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    engine.ensure(Progress(None, io.StringIO()))
    assert (tmp_path / "podflow" / "engine" / "podflow-runtime").exists() is restored
