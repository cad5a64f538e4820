import json
from pathlib import Path
from typing import Any

import pytest

from podflow_ingest.cli import application
from podflow_ingest.commands.stage import names
from podflow_ingest.errors import DeclarationError
from podflow_ingest.settings import Settings
from podflow_task.command import NOTHING_TO_DO
from tests.unit.ingest.http.conftest import LAUNCHES, docs, launch, source_of

__all__ = ["source_of"]


def test_chunks_are_named_one_by_one_or_as_the_list_that_a_template_makes() -> None:
    assert names(["dt=1/a.jsonseq", '["dt=1/b.jsonseq", "dt=1/c.jsonseq"]']) == [
        "dt=1/a.jsonseq",
        "dt=1/b.jsonseq",
        "dt=1/c.jsonseq",
    ]


@pytest.mark.parametrize("argument", ["['dt=1/a.jsonseq']", "[1]", "["])
def test_another_list_is_refused_with_what_to_do(argument: str) -> None:
    with pytest.raises(DeclarationError, match="is no JSON list of chunks: `tojson` makes one"):
        names([argument])


def test_what_is_no_api_is_not_transformed() -> None:
    dataset = {
        **LAUNCHES,
        "from": {"type": "file", "location": "launches.csv", "format": {"type": "csv"}},
    }
    with pytest.raises(DeclarationError, match=r"^space\.launches comes from a file .*: use `ingest extract`"):
        application()(
            ["transform", json.dumps(dataset), "--date", "2026-11-20"], obj=Settings.read(), standalone_mode=False
        )


def test_transform_ends_with_the_chunks_that_extract_and_stage_end_with(
    source_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_of(lambda _: docs(launch(1), {"id": "?"}))
    result = tmp_path / "termination-log"
    variables = {
        "LANDING_URL": (tmp_path / "landing").as_uri(),
        "CONNECTIONS__SPACE_API": source.server.url,
        "PODFLOW_RESULT_FILE": str(result),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "landing").mkdir()
    declared = json.dumps(LAUNCHES)

    def ended(*arguments: str) -> Any:
        result.touch()
        assert not application()(list(arguments), obj=Settings.read(), standalone_mode=False)
        return json.loads(result.read_text())

    at_once = ended("transform", declared, "--date", "2026-11-20")
    assert at_once["rows"] == 2
    assert at_once["chunks"][0].startswith("stage/dt=2026-11-20/launches-")
    extracted = ended("extract", declared, "--date", "2026-11-20")
    assert ended("stage", declared, *extracted["chunks"]) == at_once


def test_an_api_without_a_record_is_nothing_to_transform(
    source_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_of(lambda _: docs())
    monkeypatch.setenv("LANDING_URL", tmp_path.as_uri())
    monkeypatch.setenv("CONNECTIONS__SPACE_API", source.server.url)
    command = ["transform", json.dumps(LAUNCHES), "--date", "2026-11-20"]
    assert application()(command, obj=Settings.read(), standalone_mode=False) == NOTHING_TO_DO
