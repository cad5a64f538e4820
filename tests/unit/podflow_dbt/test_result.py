import json
from pathlib import Path

import pytest

from podflow_dbt import result


def test_an_error_is_one_line_and_always_fits() -> None:
    encoded = result.encode_error("first\nsecond  " + "ä" * 5000)
    assert len(encoded) <= result.RESULT_LIMIT
    assert json.loads(encoded)["error"].startswith("first second ää")


def test_a_result_that_would_be_cut_off_is_refused() -> None:
    with pytest.raises(ValueError, match="fit in a termination message"):
        result.encode({"text": "x" * result.RESULT_LIMIT})


def test_outside_a_pod_nothing_is_written(tmp_path: Path) -> None:
    result.write(tmp_path / "absent", b"{}")
    assert not (tmp_path / "absent").exists()
