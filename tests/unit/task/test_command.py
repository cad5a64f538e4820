import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from podflow_task.command import NOTHING_TO_DO, command_line, run_command_line
from podflow_task.errors import FINAL, TaskError
from podflow_task.settings import TaskSettings


class DeskError(TaskError):
    """An error of an image's own."""


class ClosedForeverError(DeskError):
    """An error that trying again cannot heal."""

    exit_code = FINAL


application = command_line("Play a task.")


@application.command()
def play(end: str) -> None:
    if end == "fails":
        raise DeskError("the desk\nis closed")
    if end == "hopeless":
        raise ClosedForeverError("the desk is gone")
    if end == "skipped":
        raise typer.Exit(NOTHING_TO_DO)
    if end == "terminated":
        os.kill(os.getpid(), signal.SIGTERM)
    if end == "broken":
        raise ZeroDivisionError


@pytest.fixture
def result_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "termination-log"
    path.touch()
    monkeypatch.setenv("PODFLOW_RESULT_FILE", str(path))
    return path


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


def _play(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    monkeypatch.setattr(sys, "argv", ["play", *arguments])
    with pytest.raises(SystemExit) as ended:
        run_command_line(application, TaskSettings)
    return ended.value.code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["well"], 0),
        (["fails"], 1),
        (["hopeless"], 65),
        (["skipped"], 99),
        (["terminated"], 143),
        (["well", "--unknown"], 2),
    ],
)
@pytest.mark.usefixtures("result_file")
def test_the_exit_code_says_how_it_ended(monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int) -> None:
    assert _play(monkeypatch, *arguments) == code


def test_a_failure_is_one_line_in_the_log_and_in_the_result(
    monkeypatch: pytest.MonkeyPatch, result_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _play(monkeypatch, "fails")
    assert json.loads(result_file.read_text()) == {"error": "the desk is closed"}
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["event"] == "failed"


def test_wrong_settings_fail_the_same_way(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PODFLOW_MAP_INDEX", "first")
    assert _play(monkeypatch, "well") == 65
    assert "PODFLOW_MAP_INDEX" in capsys.readouterr().out


def test_what_nobody_expected_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["play", "broken"])
    with pytest.raises(ZeroDivisionError):
        run_command_line(application, TaskSettings)
