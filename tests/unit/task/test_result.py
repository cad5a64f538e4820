import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podflow_task import result


def test_a_result_that_would_be_cut_off_is_an_error() -> None:
    assert len(result.encode({"x": "y" * 4088})) == 4096
    with pytest.raises(ValueError, match="4097 bytes"):
        result.encode({"x": "y" * 4089})


@given(st.text(max_size=6000))
def test_an_error_always_fits_on_one_line(message: str) -> None:
    encoded = result.encode_error(message + "\n" + message * 3)
    assert len(encoded) <= 4096
    assert "\n" not in json.loads(encoded)["error"]


def test_a_long_error_keeps_its_beginning() -> None:
    encoded = result.encode_error('no "broker"\n\t' + "\N{SNOWMAN}" * 10_000)
    assert json.loads(encoded)["error"].startswith('no "broker" \N{SNOWMAN}')


def test_nothing_is_written_where_no_pod_expects_it(tmp_path: Path) -> None:
    result.write(tmp_path / "termination-log", b"{}")
    assert list(tmp_path.iterdir()) == []
