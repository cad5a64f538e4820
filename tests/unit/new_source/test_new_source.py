"""`make new-source`: what it writes passes the checks as it is, and it harms nothing that is there."""

from pathlib import Path

import pytest

from new_source.__main__ import main
from tests.scratch_checkout import Checkout


def all_files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_the_files_of_a_new_source_pass_every_check_as_they_are(tmp_path: Path) -> None:
    checkout = Checkout.copied_to(tmp_path)
    before = all_files(tmp_path)
    made = checkout.make("new-source", "name=corner_shop", "dataset=prices")
    assert made.returncode == 0, made.stderr
    written = sorted(str(path.relative_to(tmp_path)) for path in all_files(tmp_path) - before)
    listed, _, following = made.stdout.partition("\n\n")
    assert sorted(listed.splitlines()) == written
    assert {"dags/catalog/corner_shop.yml", "dags/corner_shop.py"} < set(written)
    assert {name.split("/")[3] for name in written if name.startswith("dbt/models/corner_shop/")} == {
        "bronze",
        "silver",
        "gold",
    }
    assert "corner_shop_files: s3://sources/corner_shop" in following
    assert checkout.check(written) == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "there must be one"),
        ("Shop", "small letters"),
        ("corner__shop", "single underscores"),
        ("../shop", "small letters"),
        ("2shops", "a letter first"),
        ("shop_", "single underscores"),
        ("s" * 31, "30 characters"),
        ("class", "another meaning"),
        ("gold", "another meaning"),
    ],
)
def test_a_name_that_cannot_be_everywhere_is_refused(
    name: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in ([name], ["shop", "--dataset", name]):
        assert main(arguments, tmp_path) == 1
        told = capsys.readouterr()
        assert reason in told.err
        assert "make new-source name=shop" in told.err
        assert told.out == ""
    assert all_files(tmp_path) == set()


def test_a_source_that_is_there_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = tmp_path / "dags" / "shop.py"
    there.parent.mkdir()
    there.write_text("mine")
    assert main(["shop"], tmp_path) == 1
    assert "dags/shop.py: there already" in capsys.readouterr().err
    assert all_files(tmp_path) == {there}
    assert there.read_text() == "mine"
