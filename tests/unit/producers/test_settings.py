import pytest

from podflow_producers.settings import Settings
from podflow_task.errors import SettingsError


def test_the_secret_names_the_brokers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2")
    assert Settings.read().kafka_bootstrap_servers == "a:1,b:2"


@pytest.mark.parametrize("variable", ["KAFKA_SECURITY_PROTOCOL", "KAFKA_SASL_MECHANISM"])
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "CARRIER_PIGEON")
    with pytest.raises(SettingsError, match=variable):
        Settings.read()


@pytest.mark.parametrize("missing", ["KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"])
def test_a_login_needs_name_and_password(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setenv("KAFKA_SECURITY_PROTOCOL", "SASL_SSL")
    for variable in {"KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"} - {missing}:
        monkeypatch.setenv(variable, "a")
    with pytest.raises(SettingsError, match=missing):
        Settings.read()


def test_the_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_SASL_PASSWORD", "hunter2")
    assert "hunter2" not in repr(Settings.read())
