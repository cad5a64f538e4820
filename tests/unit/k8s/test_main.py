import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from k8s import __main__ as command_line
from k8s.errors import HostNotReadyError

_ROOT = Path(command_line.__file__).parents[1]


@pytest.mark.parametrize("command", ["", *command_line.COMMANDS])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line.main([*command.split(), "--help"])
    assert ended.value.code == 0
    assert "usage: python3 -m k8s" in capsys.readouterr().out


def test_foreseen_problem_is_one_message_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> None:
        raise HostNotReadyError("start Docker")

    monkeypatch.setattr("k8s.doctor.check", refuse)
    assert command_line.main(["up"]) == 1
    assert capsys.readouterr().err == "error: start Docker\n"


def test_package_runs_with_the_standard_library_only() -> None:
    subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(_ROOT)!r}); import k8s.__main__"],
        check=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_ends_running_commands_and_says_how_to_go_on(tmp_path: Path, number: signal.Signals) -> None:
    docker = tmp_path / "docker"
    # The pause lets the session get from starting the command to waiting for it.
    docker.write_text(f"#!/bin/sh\nsleep 0.5\necho $$ > {tmp_path}/pid\nexec sleep 60\n")
    docker.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "XDG_CACHE_HOME": str(tmp_path)}
    # A shell's background job, such as a test run in CI may be, hands down SIGINT ignored.
    command = ["env", "--default-signal=INT", sys.executable, "-m", "k8s", "status"]
    session = subprocess.Popen(command, cwd=_ROOT, env=environment, stderr=-1, text=True)
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        time.sleep(0.02)
    session.send_signal(number)
    _, error = session.communicate(timeout=20)
    assert session.returncode == 130
    assert "run it again to go on" in error
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()
