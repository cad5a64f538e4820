import time
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks


def test_every_part_is_a_module_with_a_command_line() -> None:
    for name in benchmarks.PARTS:
        *_, last = benchmarks.commands(name, "podflow-test", Path("docs/benchmarks.md"))
        assert benchmarks.run([*last[:2], "--help"], 60)
        assert last[-2:] == ["--write", "docs/benchmarks.md"]


def test_a_part_that_fails_keeps_no_other_from_running(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ran = {"ingest": "raise SystemExit(1)", "kafka": "print('measured')"}
    monkeypatch.setattr(benchmarks, "commands", lambda name, *_: [["-c", ran[name]]])
    assert benchmarks.main(["--parts", "ingest", "kafka"]) == 1
    out, err = capfd.readouterr()
    assert out == "measured\n"
    assert "error: ingest did not end well" in err


def test_one_that_takes_too_long_is_told_to_stop(capfd: pytest.CaptureFixture[str]) -> None:
    tidy = "import signal, sys, time; signal.signal(15, lambda *_: (print('tidied'), sys.exit(1))); time.sleep(60)"
    began = time.monotonic()
    assert not benchmarks.run(["-c", tidy], 2.0)
    assert time.monotonic() - began < 30
    assert capfd.readouterr().out == "tidied\n"
