import pytest

from podflow_ingest.errors import DeclarationError
from podflow_ingest.settings import Settings


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
    settings = Settings.read()
    assert settings.connection("forex_files") == "s3://sources/forex"
    assert (settings.landing(), settings.map_index, settings.pod) == ("s3://landing", 7, "load-abc")
    assert "secret" not in repr(settings)


def test_secrets_of_connections_are_read_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTIONS__SHOP", "postgresql://reader:hunter2@shop/db")
    monkeypatch.setenv("CONNECTION_HEADERS__SPACE__X_API_KEY", "hunter3")
    settings = Settings.read()
    assert settings.connection("shop") == "postgresql://reader:hunter2@shop/db"
    assert settings.headers("space") == {"x-api-key": "hunter3"}
    assert settings.headers("shop") == {}
    assert "hunter" not in repr(settings)


def test_what_is_missing_is_named() -> None:
    settings = Settings.read()
    with pytest.raises(DeclarationError, match=r"CONNECTIONS__FOREX_FILES"):
        settings.connection("forex_files")
    with pytest.raises(DeclarationError, match=r"^LANDING_URL is not set"):
        settings.landing()
