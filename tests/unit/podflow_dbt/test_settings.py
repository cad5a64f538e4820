from pathlib import Path

import pytest

from podflow_dbt.settings import read_settings


def test_the_default_project_lies_beside_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PODFLOW_DBT_PROJECT", raising=False)
    assert read_settings().project == Path("dbt")


def test_the_run_context_comes_from_the_pod(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODFLOW_DAG_ID", "forex__customer_transactions__hourly")
    monkeypatch.setenv("PODFLOW_RUN_ID", "manual__1")
    monkeypatch.setenv("PODFLOW_RESULT_FILE", "/tmp/result")
    settings = read_settings()
    assert (settings.dag_id, settings.run_id) == ("forex__customer_transactions__hourly", "manual__1")
    assert settings.result_file == Path("/tmp/result")
