"""What differs between dev, stage and prod, and the command that shows it."""

import json
import time
from typing import Any

import pytest

from podflow_ingest.cli import application
from podflow_ingest.commands.settings import masked
from podflow_ingest.environments import DEFAULTS
from podflow_ingest.http import extract
from podflow_ingest.settings import Settings
from podflow_task.errors import SettingsError
from tests.unit.ingest.http.api_server import Answer
from tests.unit.ingest.http.conftest import DAY, docs, launch, source_of

__all__ = ["source_of"]

SECRETS = {
    "WAREHOUSE_PASSWORD": "hunter1",
    "KAFKA_SASL_PASSWORD": "hunter2",
    "CONNECTIONS__CRM_DB": "postgresql://hunter3:hunter4@crm:5432/crm?password=hunter5#hunter6",
    "CONNECTIONS__FILES": "s3://shop/exports",
    "CONNECTION_HEADERS__SHOP__X_API_KEY": "hunter7",
}


def shown(capsys: Any) -> dict[str, tuple[str, str]]:
    """Run the command; return each setting's value and what it is from."""
    capsys.readouterr()
    assert not application()(["settings"], obj=Settings.read(), standalone_mode=False)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {row["setting"]: (row["value"], row["from"]) for row in rows}


def test_without_a_variable_a_pod_runs_in_prod_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDING_URL", "s3://landing")
    settings = Settings.read()
    assert settings.environment == "prod"
    assert settings.landing() == "s3://landing"
    assert (settings.requests_per_second, settings.request_attempts) == (None, None)
    assert (settings.warehouse_statement_timeout, settings.warehouse_lock_timeout) == (1800, 600)


@pytest.mark.parametrize("environment", ["dev", "stage"])
def test_environments_do_not_share_a_folder_of_landing(monkeypatch: pytest.MonkeyPatch, environment: str) -> None:
    monkeypatch.setenv("PODFLOW_ENVIRONMENT", environment)
    monkeypatch.setenv("LANDING_URL", "s3://landing/ours/")
    assert Settings.read().landing() == f"s3://landing/ours/{environment}"


@pytest.mark.parametrize("environment", DEFAULTS)
def test_the_table_of_environments_has_settings_that_there_are(environment: str) -> None:
    assert set(DEFAULTS[environment]) <= set(Settings.model_fields)
    assert Settings(environment=environment).model_dump(include=set(DEFAULTS[environment])) == DEFAULTS[environment]


def test_a_variable_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PODFLOW_ENVIRONMENT", "dev")
    monkeypatch.setenv("LANDING_FOLDER", "mine")
    monkeypatch.setenv("WAREHOUSE_STATEMENT_TIMEOUT", "7")
    settings = Settings.read()
    assert (settings.landing_folder, settings.warehouse_statement_timeout) == ("mine", 7)
    assert settings.requests_per_second == 2


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "PODFLOW_ENVIRONMENT",
            "production",
            "environment variable PODFLOW_ENVIRONMENT: Input should be 'dev', 'stage'",
        ),
        ("LANDING_FOLDER", "../prod", "environment variable LANDING_FOLDER: String should match pattern"),
        ("REQUESTS_PER_SECOND", "0", "environment variable REQUESTS_PER_SECOND: Input should be greater than 0"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=message):
        Settings.read()


def test_the_command_shows_what_is_in_effect_and_where_it_is_from(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setenv("PODFLOW_ENVIRONMENT", "dev")
    monkeypatch.setenv("REQUEST_ATTEMPTS", "4")
    found = shown(capsys)
    assert found["PODFLOW_ENVIRONMENT"] == ("dev", "variable")
    assert found["LANDING_FOLDER"] == ("dev", "dev")
    assert found["REQUESTS_PER_SECOND"] == ("2.0", "dev")
    assert found["REQUEST_ATTEMPTS"] == ("4", "variable")
    assert found["WAREHOUSE_PORT"] == ("5432", "default")


def test_the_command_shows_no_secret(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    found = shown(capsys)
    assert "hunter" not in json.dumps(found)
    assert found["WAREHOUSE_PASSWORD"] == found["CONNECTION_HEADERS__SHOP__X_API_KEY"] == ("***", "variable")
    assert found["CONNECTIONS__CRM_DB"][0] == "postgresql://***@crm:5432/crm?***#***"
    assert found["CONNECTIONS__FILES"][0] == "s3://shop/exports"


@pytest.mark.parametrize(
    ("secret", "seen"),
    [
        ("", ""),
        ("hunter2", "***"),
        ("hunter:2", "***"),
        ("host=db password=hunter2", "***"),
        ("https://[hunter2", "***"),
        ("https://host/hunter?", "https://host/hunter"),
        ("file:///srv/files", "file:///srv/files"),
    ],
)
def test_of_a_secret_nothing_is_shown_but_where_a_url_leads(secret: str, seen: str) -> None:
    assert masked(secret) == seen


def test_help_says_what_it_is_for(capsys: Any) -> None:
    application()(["settings", "--help"], obj=Settings.read(), standalone_mode=False)
    assert "Secrets are masked" in " ".join(capsys.readouterr().out.split())


def test_an_api_is_asked_no_faster_and_no_more_often_than_the_environment_allows(
    source_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"1": docs(launch(1)), "2": docs(launch(2))}
    source = source_of(lambda request: pages.get(request.params["page"], docs()))
    monkeypatch.setenv("LANDING_URL", source.folder.as_uri())
    monkeypatch.setenv("CONNECTIONS__SPACE_API", source.server.url)
    monkeypatch.setenv("REQUESTS_PER_SECOND", "20")
    dataset = source.dataset({"pagination": {"type": "page"}, "requests_per_second": 1000})
    started = time.monotonic()
    assert extract.extract(dataset, dataset.origin, DAY, Settings.read())["rows"] == 2
    assert time.monotonic() - started >= 2 / 20
    failing = source_of(lambda _: Answer(status=500))
    monkeypatch.setenv("CONNECTIONS__SPACE_API", failing.server.url)
    monkeypatch.setenv("REQUEST_ATTEMPTS", "1")
    with pytest.raises(Exception, match="tried 1 times"):
        extract.extract(dataset, dataset.origin, DAY, Settings.read())
    assert len(failing.server.requests) == 1
