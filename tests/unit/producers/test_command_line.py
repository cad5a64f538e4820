import pytest
from typer.testing import CliRunner

from podflow_producers.cli import app
from podflow_producers.errors import RefusedError
from podflow_producers.settings import Settings

ARGUMENTS = ["orders", "--topic", "orders", "--count", "10", "--from", "2026-01-01"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--to", "2026-01-01"], "--from .* is not before --to"),
        (["--to", "2026-01-01T02:00:00+02:00"], "--from .* is not before --to"),
        (["--to", "2026-01-02", "--first", "1"], "go beyond 10 events: give --of"),
        (["--to", "2026-01-02", "--of", "9"], "go beyond 9 events"),
    ],
)
def test_arguments_that_contradict_each_other_are_refused_for_good(more: list[str], message: str) -> None:
    done = CliRunner().invoke(app, [*ARGUMENTS, *more], obj=Settings())
    with pytest.raises(RefusedError, match=message) as refused:
        raise done.exception or AssertionError(done.output)
    assert refused.value.exit_code == 65


@pytest.mark.parametrize(
    "wrong", [["--to", "soon"], ["--to", "2026-01-02", "--late", "1.1"], ["--to", "2026-01-02", "--client", "java"]]
)
def test_values_that_are_none_are_wrong_usage(wrong: list[str]) -> None:
    assert CliRunner().invoke(app, [*ARGUMENTS, *wrong], obj=Settings()).exit_code == 2
