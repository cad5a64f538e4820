from types import SimpleNamespace
from typing import Any

import pytest

from podflow_dags.failures import tell_table


def told(caplog: pytest.LogCaptureFixture, **context: Any) -> str:
    tell_table("library", "books")({"ti": SimpleNamespace(task_id="books.load"), **context})
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    return record.getMessage()


def test_it_names_table_step_and_cause(caplog: pytest.LogCaptureFixture) -> None:
    assert told(caplog, exception=RuntimeError("pod books-1: exit code 1: line 7 is no CSV")) == (
        "Table library.books did not reach bronze: load failed: pod books-1: exit code 1: line 7 is no CSV"
    )


def test_a_lost_process_is_a_cause_too(caplog: pytest.LogCaptureFixture) -> None:
    assert "load failed: its process was lost" in told(caplog)
