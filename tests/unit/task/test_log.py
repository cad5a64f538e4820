import json

import pytest

from podflow_task.log import event


def test_an_event_is_one_line_of_json_in_a_pod(capsys: pytest.CaptureFixture[str]) -> None:
    event("loaded", level="warning", chunk="a\nb", rows=3)
    (line,) = capsys.readouterr().out.splitlines()
    fields = json.loads(line)
    assert fields.pop("at").endswith("+00:00")
    assert fields == {"level": "warning", "event": "loaded", "chunk": "a\nb", "rows": 3}


def test_an_event_is_readable_on_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    event("loaded", rows=3)
    assert capsys.readouterr().out.split()[1:] == ["info", "loaded", "rows=3"]
