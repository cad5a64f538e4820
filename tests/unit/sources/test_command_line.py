import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from podflow_sources import cli
from podflow_sources.errors import DeliveryError
from podflow_sources.forex.deliveries import shipped
from podflow_sources.settings import Settings

FILE = "customer_transactions.csv"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a pod whose connection forex_files is an empty folder."""
    (tmp_path / "source").mkdir()
    (tmp_path / "result").touch()
    return Settings(connections={"forex_files": (tmp_path / "source").as_uri()}, result_file=tmp_path / "result")


def run(settings: Settings, *arguments: str) -> dict[str, object]:
    outcome = CliRunner().invoke(cli.app, arguments, obj=settings, catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    result: dict[str, object] = json.loads(settings.result_file.read_text())
    (event,) = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert event.items() >= result.items()
    return result


def test_the_first_delivery_is_the_shipped_file(settings: Settings, tmp_path: Path) -> None:
    result = run(settings, "deliver", "forex")
    assert (tmp_path / "source" / FILE).read_bytes() == shipped()
    assert (result["rows"], result["changed"], result["new"]) == (10_000, 0, 10_000)


def test_a_later_delivery_replaces_the_file(settings: Settings, tmp_path: Path) -> None:
    run(settings, "deliver", "forex", "--rows", "100")
    result = run(settings, "deliver", "forex", "--rows", "100", "--delivery", "2")
    assert (result["rows"], result["changed"], result["new"]) == (103, 2, 3)
    assert (tmp_path / "source" / FILE).read_text().count("FX-") == 103


def test_a_file_that_is_there_can_be_left_alone(settings: Settings, tmp_path: Path) -> None:
    run(settings, "deliver", "forex", "--rows", "100", "--if-absent")
    before = (tmp_path / "source" / FILE).read_bytes()
    assert run(settings, "deliver", "forex", "--if-absent")["delivered"] is False
    assert (tmp_path / "source" / FILE).read_bytes() == before


def test_bad_lines_are_reported_where_they_are(settings: Settings, tmp_path: Path) -> None:
    result = run(settings, "deliver", "forex", "--rows", "300", "--bad-line")
    lines = (tmp_path / "source" / FILE).read_text().split("\n")
    assert isinstance(result["bad_lines"], list)
    unparsable, overlong = (lines[number - 1] for number in result["bad_lines"])
    assert ",n/a," in unparsable
    assert ",stray" in overlong


def test_a_column_that_does_not_exist_cannot_be_dropped(settings: Settings) -> None:
    with pytest.raises(DeliveryError, match="--drop-column fees: no such column; there are transaction_id, "):
        run(settings, "deliver", "forex", "--drop-column", "fees")


def test_without_a_place_to_deliver_to_the_error_says_what_to_set() -> None:
    with pytest.raises(DeliveryError, match="give --to URL, or set CONNECTIONS__FOREX_FILES"):
        run(Settings(), "deliver", "forex")


def test_a_generated_file_goes_to_stdout() -> None:
    outcome = CliRunner().invoke(cli.app, ["generate", "forex"], obj=Settings())
    assert outcome.stdout_bytes == shipped()


@pytest.fixture
def shop(tmp_path: Path) -> Settings:
    """Settings of a pod whose connection logistics_files is an empty folder."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "result").touch()
    return Settings(connections={"logistics_files": (tmp_path / "shop").as_uri()}, result_file=tmp_path / "result")


def test_the_shops_six_files_are_delivered_with_their_rows(shop: Settings, tmp_path: Path) -> None:
    result = run(shop, "deliver", "logistics", "--sales", "100")
    delivered = {file.relative_to(tmp_path / "shop").as_posix(): file for file in (tmp_path / "shop").rglob("*.csv")}
    assert sorted(delivered) == [
        "crm/cust_info.csv",
        "crm/prd_info.csv",
        "crm/sales_details.csv",
        "erp/CUST_AZ12.csv",
        "erp/LOC_A101.csv",
        "erp/PX_CAT_G1V2.csv",
    ]
    assert isinstance(result["files"], dict)
    rows = {url.split("/shop/")[1]: count for url, count in result["files"].items()}
    assert rows == {name: file.read_text().count("\n") - 1 for name, file in delivered.items()}


def test_of_the_shops_files_only_those_that_are_absent_can_be_delivered(shop: Settings, tmp_path: Path) -> None:
    run(shop, "deliver", "logistics", "--sales", "100")
    (tmp_path / "shop" / "crm" / "prd_info.csv").unlink()
    (tmp_path / "shop" / "crm" / "cust_info.csv").write_text("another")
    result = run(shop, "deliver", "logistics", "--if-absent")
    assert isinstance(result["files"], dict)
    assert [url.split("/")[-1] for url in result["files"]] == ["prd_info.csv"]
    assert (tmp_path / "shop" / "crm" / "cust_info.csv").read_text() == "another"
    assert run(shop, "deliver", "logistics", "--if-absent")["delivered"] is False


def test_one_of_the_shops_files_goes_to_stdout() -> None:
    outcome = CliRunner().invoke(cli.app, ["generate", "logistics", "sales_details", "--sales", "3"], obj=Settings())
    assert outcome.stdout.count("\n") == 4


def test_a_file_that_the_shop_does_not_have_is_named() -> None:
    with pytest.raises(DeliveryError, match="sales: no such file; there are cust_info, "):
        CliRunner().invoke(cli.app, ["generate", "logistics", "sales"], obj=Settings(), catch_exceptions=False)
