from pathlib import Path

import orjson
import pytest

from podflow_producers import result


def test_outside_a_pod_nothing_is_written(tmp_path: Path) -> None:
    result.write(tmp_path / "termination-log", {"topic": "orders"})
    assert not list(tmp_path.iterdir())


def test_a_long_error_still_fits_in_a_termination_message(tmp_path: Path) -> None:
    file = tmp_path / "termination-log"
    file.touch()
    result.write_error(file, 'no "broker"\n\t' + "\N{SNOWMAN}" * 10_000)
    assert len(file.read_bytes()) <= result.RESULT_LIMIT
    assert orjson.loads(file.read_bytes())["error"].startswith('no "broker" \N{SNOWMAN}')


def test_log_lines_are_json_with_level_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    result.log("produced", topic="orders", acknowledged=3)
    line = orjson.loads(capsys.readouterr().out)
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "info", "event": "produced", "topic": "orders", "acknowledged": 3}
