import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from podflow_ingest import result
from podflow_ingest.extract import MOST_CHUNKS, Extracted, most_chunks


@pytest.mark.parametrize("name", ["customer_transactions", "x", "y" * 55])
def test_the_names_of_all_chunks_of_a_file_fit_in_a_result(name: str) -> None:
    found: Extracted = {
        "dataset": f"forex.{name}",
        "file": f"s3://sources/forex/{name}.csv",
        "rows": 10**9,
        "bytes": 10**11,
        "chunks": [],
    }
    chunk = f"dt=2026-11-20/{name}-0123456789ab-0001.csv"
    chunks = [chunk] * most_chunks(found, chunk)
    assert len(result.encode({**found, "chunks": chunks})) <= 4096
    assert len(chunks) == MOST_CHUNKS or len(name) > 21


def test_a_result_that_would_be_cut_off_is_an_error() -> None:
    assert len(result.encode({"x": "y" * 4088})) == 4096
    with pytest.raises(ValueError, match="4097 bytes"):
        result.encode({"x": "y" * 4089})


@given(st.text(max_size=100))
@example("x" * 5000)
@example('"é' * 3000)
def test_an_error_always_fits_on_one_line(message: str) -> None:
    encoded = result.encode_error(message + "\n" + message * 3)
    assert len(encoded) <= 4096
    assert "\n" not in json.loads(encoded)["error"]


def test_nothing_is_written_where_no_pod_expects_it(tmp_path: Path) -> None:
    result.write(tmp_path / "termination-log", b"{}")
    assert list(tmp_path.iterdir()) == []
