from pathlib import Path

import pytest

from podflow_dbt.settings import Settings


def test_the_default_project_lies_beside_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PODFLOW_DBT_PROJECT", raising=False)
    assert Settings.read().project == Path("dbt")
