"""The source database of the market place, filled in a real Postgres by the real command."""

import csv
import io
import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from podflow_sources.olist.tables import TABLES
from tests.servers import PASSWORD, ROLES, Server

ROOT = Path(__file__).parents[3]
SCALE = "0.005"
Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def database(postgres_server: Server) -> Iterator[str]:
    """The empty database olist as the chart makes it, under another name; its URL."""
    suffix = secrets.token_hex(4)
    roles = re.sub(r"\b(olist|warehouse)\b", rf"\1_{suffix}", ROLES.read_text())
    passwords = [f"--set={role}_password={PASSWORD}" for role in ("airflow", "ingest", "dbt", "reader", "olist")]
    psql = ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--username=postgres"]
    for _ in ("installed", "started again"):
        postgres_server.execute(*psql, *passwords, text=roles)
    name = f"olist_{suffix}"
    yield f"postgresql://{name}:{PASSWORD}@127.0.0.1:{postgres_server.port}/{name}"
    drops = [f"DROP DATABASE {each}_{suffix} WITH (FORCE);" for each in ("olist", "warehouse")]
    postgres_server.execute(*psql, text="\n".join([*drops, f"DROP ROLE {name};"]))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a function that runs `sources fill olist` and returns exit code and result."""
    result = tmp_path / "termination-log"

    def fill(url: str, *options: str) -> tuple[int, dict[str, Any]]:
        result.write_text("")
        path = ":".join(f"{ROOT}/{folder}" for folder in ("images/sources", "images/task", "producers"))
        settings = {"CONNECTIONS__OLIST": url, "PODFLOW_RESULT_FILE": str(result), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "podflow_sources.cli", "fill", "olist", *options]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, **settings}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert not done.stderr, done.stderr
        return done.returncode, json.loads(result.read_text())

    return fill


def ask(url: str, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(question.encode()).fetchall()


def test_nine_tables_are_filled_once(database: str, run: Run) -> None:
    code, result = run(database, "--scale", SCALE)
    assert (code, result["filled"]) == (0, True)
    found = {table.name: ask(database, f"SELECT count(*) FROM {table.name}")[0][0] for table in TABLES}
    assert len(found) == 9
    assert result["rows"] == found
    assert found["orders"] == found["customers"] == 497
    assert min(found.values()) >= 15
    ask_again = ask(database, "SELECT md5(string_agg(o::text, '' ORDER BY order_id)) FROM orders AS o")
    assert run(database, "--scale", "0.1")[1] == {"filled": False, "rows": {}, "seconds": pytest.approx(0, abs=9)}
    assert ask(database, "SELECT md5(string_agg(o::text, '' ORDER BY order_id)) FROM orders AS o") == ask_again


def test_the_columns_are_the_published_ones(database: str, run: Run) -> None:
    run(database, "--scale", SCALE)
    columns = dict(
        ask(
            database,
            "SELECT table_name, string_agg(column_name, ' ' ORDER BY ordinal_position)"
            " FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1",
        )
    )
    assert columns["orders"] == (
        "order_id customer_id order_status order_purchase_timestamp order_approved_at order_delivered_carrier_date "
        "order_delivered_customer_date order_estimated_delivery_date"
    )
    assert columns["products"] == (
        "product_id product_category_name product_name_lenght product_description_lenght product_photos_qty "
        "product_weight_g product_length_cm product_height_cm product_width_cm"
    )
    assert columns["order_payments"] == "order_id payment_sequential payment_type payment_installments payment_value"


def test_the_rows_agree_with_each_other(database: str, run: Run) -> None:
    run(database, "--scale", SCALE)
    [(off,)] = ask(
        database,
        "SELECT count(*) FROM (SELECT order_id, sum(price + freight_value) AS due FROM order_items GROUP BY 1) AS i"
        " FULL JOIN (SELECT order_id, sum(payment_value) AS paid FROM order_payments GROUP BY 1) AS p USING (order_id)"
        " WHERE due IS DISTINCT FROM paid",
    )
    assert off == 0
    [(backwards, undelivered, people)] = ask(
        database,
        "SELECT count(*) FILTER (WHERE order_delivered_customer_date < order_delivered_carrier_date"
        "  OR order_delivered_carrier_date < order_approved_at OR order_approved_at < order_purchase_timestamp),"
        " count(*) FILTER (WHERE (order_status = 'delivered') <> (order_delivered_customer_date IS NOT NULL)),"
        " (SELECT count(DISTINCT customer_unique_id) FROM customers) FROM orders",
    )
    assert (backwards, undelivered) == (0, 0)
    assert people < 497


def test_published_files_fill_the_tables_instead(database: str, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "olist"
    folder.mkdir()
    for table in TABLES:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["header"])
        writer.writerows(table.rows(3, 0.002))
        (folder / table.file).write_text("\ufeff" + text.getvalue())
    code, result = run(database, "--files", folder.as_uri())
    assert (code, result["rows"]["orders"]) == (0, 199)


def test_a_missing_file_leaves_no_table(database: str, run: Run, tmp_path: Path) -> None:
    code, result = run(database, "--files", tmp_path.as_uri())
    assert code == 1
    assert result["error"].endswith("olist_geolocation_dataset.csv: no such file")
    assert ask(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    assert run(database, "--scale", SCALE)[0] == 0


def test_a_database_that_refuses_is_named_without_its_password(run: Run) -> None:
    code, result = run("postgresql://olist:hidden@127.0.0.1:1/olist")
    assert code == 1
    assert result["error"].startswith("127.0.0.1:1/olist: ")
    assert "hidden" not in result["error"]


def test_only_its_owner_gets_into_the_database(database: str) -> None:
    assert ask(database, "SELECT current_user = current_database()") == [(True,)]
    stranger = re.sub(r"//olist_\w+:", "//ingest:", database)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(stranger)


def test_a_server_that_is_starting_is_waited_for(database: str, run: Run) -> None:
    started = time.monotonic()
    code, _ = run(re.sub(r":\d+/", ":1/", database), "--wait", "2")
    assert (code, time.monotonic() - started > 2) == (1, True)
    assert run(database, "--wait", "2", "--scale", SCALE)[0] == 0
