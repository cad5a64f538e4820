import datetime
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
HEADER = (
    "transaction_id,customer_id,customer_segment,base_currency,quote_currency,side,base_amount,rate,fee,channel,status,"
    "executed_at,updated_at\n"
)
NEW_ROW = "FX-6,C-9,retail,CHF,USD,buy,5.00,1.25,0.10,web,settled,2026-10-02T10:00:00Z,2026-10-02T10:00:00Z\n"
SILVER = "SELECT * FROM silver_forex.customer_transactions ORDER BY transaction_id"
VERSIONS = "SELECT transaction_id, xmin::text FROM silver_forex.customer_transactions"
GOLD = ("daily_pair_volume", "daily_currency_exposure", "customer_turnover")
FIRST, SECOND = datetime.date(2026, 10, 1), datetime.date(2026, 10, 2)


def gold(desk: Any, schema: str = "gold_forex") -> dict[str, set[tuple[Any, ...]]]:
    return {table: set(desk.query(f"SELECT * FROM {schema}.{table}")) for table in GOLD}


def test_the_first_build_fills_gold_from_bronze(desk: Any) -> None:
    finished = desk.build("--target", "pro")
    assert (finished.code, finished.result["failed"], finished.result["skipped"]) == (0, 0, 0)
    assert finished.result["models"] == 5
    assert finished.result["rows_affected"]["forex__customer_transactions"] == 5
    assert set(desk.query("SELECT * FROM gold_forex.daily_pair_volume")) == {
        (FIRST, "EUR", "USD", 1, 1, Decimal("100.00"), Decimal("0.00"), Decimal("1.10000000"), Decimal("1.00")),
        (SECOND, "EUR", "USD", 1, 0, Decimal("0.00"), Decimal("300.00"), Decimal("1.20000000"), Decimal("2.50")),
        (FIRST, "USD", "JPY", 1, 0, Decimal("0.00"), Decimal("10.01"), Decimal("149.27900000"), Decimal("3.00")),
    }
    assert set(desk.query("SELECT * FROM gold_forex.daily_currency_exposure")) == {
        (FIRST, "EUR", Decimal("100.00"), Decimal("0.00"), Decimal("100.00")),
        (FIRST, "USD", Decimal("0.00"), Decimal("120.01"), Decimal("-120.01")),
        (FIRST, "JPY", Decimal("1494.28"), Decimal("0.00"), Decimal("1494.28")),
        (SECOND, "EUR", Decimal("0.00"), Decimal("300.00"), Decimal("-300.00")),
        (SECOND, "USD", Decimal("360.00"), Decimal("0.00"), Decimal("360.00")),
    }
    assert set(desk.query("SELECT * FROM gold_forex.customer_turnover")) == {
        ("C-1", "USD", 2, 0, Decimal("470.00"), Decimal("3.50"), FIRST, SECOND),
        ("C-2", "JPY", 1, 0, Decimal("1494.28"), Decimal("3.00"), FIRST, FIRST),
        ("C-2", "USD", 0, 1, Decimal("0.00"), Decimal("0.00"), None, None),
    }


def test_a_later_build_touches_only_changed_and_new_rows_and_ends_where_a_full_refresh_does(desk: Any) -> None:
    assert desk.build("--target", "pro").code == 0
    before = dict(desk.query(VERSIONS))
    assert desk.build("--target", "pro").result["rows_affected"]["forex__customer_transactions"] == 0
    assert dict(desk.query(VERSIONS)) == before
    desk.change("status = 'settled'", "transaction_id = 'FX-4'")
    desk.load(HEADER + NEW_ROW)
    finished = desk.build("--target", "pro")
    assert finished.result["rows_affected"]["forex__customer_transactions"] == 2
    after = dict(desk.query(VERSIONS))
    assert {key for key in after if after[key] != before.get(key)} == {"FX-4", "FX-6"}
    assert desk.query(
        "SELECT trades, pending_trades FROM gold_forex.daily_pair_volume"
        " WHERE day = '2026-10-01' AND base_currency = 'EUR'"
    ) == [(2, 0)]
    silver, incremental = desk.query(SILVER), gold(desk)
    finished = desk.build("--target", "pro", "--full-refresh")
    assert finished.result["rows_affected"]["forex__customer_transactions"] == 6
    assert desk.query(SILVER) == silver
    assert gold(desk) == incremental


def test_target_dev_leaves_the_bare_schemas_alone(desk: Any) -> None:
    assert desk.build("--target", "dev").code == 0
    assert desk.relations("dev_") == {
        "dev_staging_forex.stg_forex__customer_transactions",
        "dev_silver_forex.customer_transactions",
        *(f"dev_gold_forex.{table}" for table in GOLD),
    }
    assert desk.relations("gold_") == desk.relations("silver_") == desk.relations("staging_") == set()


def test_a_failing_test_ends_the_command_for_good_with_its_name_and_keeps_the_artifacts(desk: Any, bucket: Any) -> None:
    desk.change("status = 'lost'", "transaction_id = 'FX-1'")
    run = {"PODFLOW_DAG_ID": "forex__hourly", "PODFLOW_RUN_ID": "scheduled__2026-11-20T19:00:00+00:00"}
    finished = desk.build("--target", "pro", LANDING_URL=bucket.url, **bucket.environment, **run)
    assert finished.code == 65
    assert set(finished.result) == {"error"}
    assert "test accepted_values_forex__customer_transactions_status" in finished.result["error"]
    assert "Got 1 result, configured to fail" in finished.result["error"]
    assert finished.events[-1]["event"] == "failed"
    assert desk.relations("gold_") == set()
    folder = "dbt/forex__hourly/scheduled__2026-11-20T19:00:00+00:00"
    assert bucket.names() == [f"{folder}/manifest.json", f"{folder}/run_results.json"]


def test_a_model_that_breaks_its_contract_is_named(desk: Any, tmp_path: Path) -> None:
    project = tmp_path / "dbt"
    shutil.copytree(ROOT / "dbt", project)
    model = project / "models" / "forex" / "gold" / "forex__customer_turnover.sql"
    model.write_text(model.read_text().replace("    trades,\n", "    trades::integer as trades,\n"))
    finished = desk.build("--target", "pro", project=project)
    assert finished.code == 1
    assert "model forex__customer_turnover: " in finished.result["error"]
    assert "trades" in finished.result["error"]


def test_an_unreachable_warehouse_is_one_line(desk: Any) -> None:
    finished = desk.build("--target", "pro", WAREHOUSE_PORT="1")
    assert finished.code == 1
    assert "port 1 failed: Connection refused" in finished.result["error"]


def test_a_selection_of_nothing_is_an_error(desk: Any) -> None:
    finished = desk.build("--target", "pro", "--select", "forx")
    assert (finished.code, finished.result) == (1, {"error": "dbt build: no model or test matches --select forx"})
