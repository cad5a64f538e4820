from pathlib import Path

import pytest

from podflow_dbt.connection import check_connection
from podflow_dbt.errors import WarehouseError

PROJECT = Path(__file__).parents[3] / "dbt"


def test_a_warehouse_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAREHOUSE_HOST", "127.0.0.1")
    monkeypatch.setenv("WAREHOUSE_PORT", "1")
    with pytest.raises(WarehouseError, match=r'"127\.0\.0\.1", port 1 failed: Connection refused'):
        check_connection(PROJECT, "pro", tmp_path)
