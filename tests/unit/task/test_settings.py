from pathlib import Path

import pytest

from podflow_task.errors import SettingsError
from podflow_task.settings import TaskSettings


class Settings(TaskSettings):
    port: int = 5432


def test_the_run_comes_from_the_pods_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODFLOW_DAG_ID", "forex__customer_transactions__hourly")
    monkeypatch.setenv("PODFLOW_MAP_INDEX", "7")
    monkeypatch.setenv("PODFLOW_RESULT_FILE", "/tmp/result")
    monkeypatch.setenv("HOSTNAME", "load-abc")
    settings = Settings.read()
    assert (settings.dag_id, settings.map_index) == ("forex__customer_transactions__hourly", 7)
    assert (settings.pod, settings.result_file) == ("load-abc", Path("/tmp/result"))


def test_a_wrong_value_is_named_without_showing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "hunter2")
    with pytest.raises(SettingsError, match=r"^environment variable PORT: ") as caught:
        Settings.read()
    assert "hunter2" not in str(caught.value)
