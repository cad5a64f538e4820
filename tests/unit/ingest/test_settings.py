import pytest

from podflow_ingest.errors import DeclarationError
from podflow_ingest.settings import read_settings


def test_the_environment_of_a_task_pod_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {
        "CONNECTIONS__FOREX_FILES": "s3://sources/forex",
        "LANDING_URL": "s3://landing",
        "WAREHOUSE_PASSWORD": "secret",
        "PODFLOW_MAP_INDEX": "7",
        "HOSTNAME": "load-abc",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert settings.connection("forex_files") == "s3://sources/forex"
    assert (settings.landing(), settings.map_index, settings.pod) == ("s3://landing", 7, "load-abc")
    assert "secret" not in repr(settings)


def test_what_is_missing_is_named() -> None:
    settings = read_settings()
    with pytest.raises(DeclarationError, match=r"CONNECTIONS__FOREX_FILES"):
        settings.connection("forex_files")
    with pytest.raises(DeclarationError, match=r"^LANDING_URL is not set"):
        settings.landing()


def test_a_wrong_value_is_named_without_showing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_PORT", "hunter2")
    with pytest.raises(DeclarationError, match=r"^environment variable WAREHOUSE_PORT: ") as caught:
        read_settings()
    assert "hunter2" not in str(caught.value)
