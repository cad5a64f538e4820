import sys
import threading
import time
from pathlib import Path

import pytest

from k8s import process
from k8s.errors import CommandFailedError


def test_output_is_kept_in_the_log_with_its_command(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "x.log"
    process.run(["sh", "-c", "echo out; echo err >&2"], log)
    assert log.read_text() == "\n$ sh -c echo out; echo err >&2\nout\nerr\n"


def test_failure_shows_the_last_lines_of_this_command_only_and_names_the_log(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    process.run(["echo", "earlier"], log)
    with pytest.raises(CommandFailedError) as caught:
        process.run(["sh", "-c", "for i in $(seq 40); do echo line$i; done; exit 3"], log)
    text = str(caught.value)
    assert "ended with code 3" in text
    assert "line26\n" in text
    assert "line25\n" not in text
    assert "earlier" not in text
    assert str(log) in text


def test_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(CommandFailedError, match=r"within 0 s|within 1 s"):
        process.run(["sleep", "30"], tmp_path / "x.log", process.Setting(seconds=0.5))
    assert time.monotonic() - begun < 10


def test_missing_command_is_named() -> None:
    with pytest.raises(CommandFailedError, match="`no-such-command-here` is not installed"):
        process.output(["no-such-command-here"])


def test_standard_input_directory_and_environment_reach_the_command(tmp_path: Path) -> None:
    setting = process.Setting(directory=tmp_path, environment={"COLOUR": "blue"}, standard_input="text")
    assert process.output(["sh", "-c", "cat; pwd; echo $COLOUR"], setting) == f"text{tmp_path}\nblue\n"


def test_detached_command_outlives_its_caller(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    code = (
        "from pathlib import Path; from k8s import process;"
        f"process.start_detached(['sh', '-c', 'sleep 0.5; echo alive'], Path({str(log)!r}))"
    )
    setting = process.Setting(directory=Path(process.__file__).parents[1])
    process.output([sys.executable, "-c", code], setting)
    deadline = time.monotonic() + 10
    while "alive" not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "alive" in log.read_text()


def test_stopping_ends_commands_of_other_threads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(process, "_stopping", threading.Event())
    failures: list[CommandFailedError] = []

    def sleep() -> None:
        try:
            process.run(["sleep", "30"], tmp_path / "x.log")
        except CommandFailedError as error:
            failures.append(error)

    thread = threading.Thread(target=sleep)
    thread.start()
    while not process._running:
        time.sleep(0.01)
    process.stop_all()
    thread.join(timeout=10)
    assert len(failures) == 1
    assert process.is_stopping()
