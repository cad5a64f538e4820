import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from podflow_dags.settings import TaskSettings, task_settings


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A settings file that the environment names."""
    file = tmp_path / "tasks.json"
    monkeypatch.setenv("PODFLOW_TASKS_FILE", str(file))
    task_settings.cache_clear()
    yield file
    task_settings.cache_clear()


def test_the_file_is_read_once_a_process(file: Path) -> None:
    file.write_text(json.dumps({"namespace": "books"}))
    assert task_settings().namespace == "books"
    file.unlink()
    assert task_settings().namespace == "books"


def test_what_the_file_leaves_out_has_its_default(file: Path) -> None:
    file.write_text(json.dumps({"start_timeout_seconds": 30}))
    settings = task_settings()
    assert settings == TaskSettings(start_timeout_seconds=30)
    assert settings.schedule_timeout_seconds == 600


def test_a_quantity_may_be_a_number(file: Path) -> None:
    file.write_text(json.dumps({"presets": {"big": {"requests": {"cpu": 2}, "limits": {"cpu": 2.5}}}}))
    big = task_settings().presets["big"]
    assert (big.requests, big.limits) == ({"cpu": "2"}, {"cpu": "2.5"})


def test_a_preset_without_limits_is_refused(file: Path) -> None:
    file.write_text(json.dumps({"presets": {"big": {"requests": {"cpu": "2"}}}}))
    with pytest.raises(ValidationError, match="limits"):
        task_settings()
