import pytest

from podflow_ingest.extracted import MOST_CHUNKS, Extracted, most_chunks
from podflow_task import result


@pytest.mark.parametrize("name", ["customer_transactions", "x", "y" * 55])
def test_the_names_of_all_chunks_of_a_file_fit_in_a_result(name: str) -> None:
    found: Extracted = {
        "dataset": f"forex.{name}",
        "rows": 10**9,
        "bytes": 10**11,
        "chunks": [],
    }
    chunk = f"dt=2026-11-20/{name}-0123456789ab-0001.csv"
    chunks = [chunk] * most_chunks(found, chunk)
    assert len(result.encode({**found, "chunks": chunks})) <= 4096
    assert len(chunks) == MOST_CHUNKS or len(name) > 22
