import json

import pytest

from podflow_ingest.files.progress import reported


def test_a_stream_goes_through_as_it_is_and_says_how_far_it_came(capsys: pytest.CaptureFixture[str]) -> None:
    pieces = [b"x" * 1024**2] * 3
    assert list(reported(pieces, "s3://x/items.csv", "copy", interval=0)) == pieces
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["event"], each["mib"]) for each in events] == [("reading", 1), ("reading", 2), ("reading", 3)]


def test_a_quick_stream_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(reported([b"x"] * 100, "s3://x/items.csv", "copy")) == [b"x"] * 100
    assert capsys.readouterr().out == ""
