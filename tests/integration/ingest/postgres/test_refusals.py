import os
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql

from podflow_ingest import objects
from podflow_ingest.errors import DeclarationError, LandingError, SourceError, SourceFlawError
from podflow_ingest.postgres.database import database
from podflow_ingest.postgres.extract import extract_tables
from podflow_ingest.postgres.snapshot import open_snapshot
from podflow_ingest.settings import Settings
from tests.integration.ingest.conftest import DAY
from tests.integration.ingest.postgres.conftest import ORDERS_TABLE, PASSWORD, Source, Table

MAKE = Callable[..., Table]
MEBIBYTE = 1024 * 1024
ID = {"name": "id", "type": "bigint", "nullable": False}


def refused(table: Table, kind: type[Exception] = SourceFlawError) -> str:
    """Extract, see it fail with just this kind of error, and return the message."""
    with pytest.raises(kind) as caught:
        extract_tables([table.pipeline.dataset], DAY, Settings.read())
    assert type(caught.value) is kind
    assert PASSWORD not in str(caught.value)
    return str(caught.value)


def manifests(table: Table) -> list[str]:
    return [name for name in objects.names(table.pipeline.root, "raw") if name.endswith(".manifest.json")]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ([ID, {"name": "price", "type": "text"}], r"column 'price' is missing; it has changed_at, id, note\."),
        (
            [ID, {"name": "changed_at", "type": "bigint"}],
            "column 'changed_at' is timestamp with time zone, declared bigint",
        ),
        (
            [ID, {"name": "changed_at", "type": "date"}],
            "column 'changed_at' is timestamp with time zone, declared date",
        ),
        ([ID, {"name": "id2", "type": "uuid"}], "column 'id' is bigint, declared uuid"),
    ],
)
def test_a_table_that_does_not_fit_its_declaration_is_refused(
    source: Source, table_of: MAKE, columns: list[dict[str, Any]], message: str
) -> None:
    source.execute(ORDERS_TABLE.format(rows=1))
    orders = table_of({"names": {"id2": "id"}} if columns[1]["name"] == "id2" else {}, columns=columns)
    with pytest.raises(SourceFlawError, match=message) as caught:
        orders.extract()
    assert str(caught.value).startswith("shop.orders: table public.orders does not fit the declaration: ")
    assert "dags/catalog/shop.yml" in str(caught.value)


def test_a_text_that_is_no_number_is_quarantined_like_that_of_a_file(source: Source, table_of: MAKE) -> None:
    source.execute("CREATE TABLE orders (id text); INSERT INTO orders VALUES ('1'), ('one')")
    orders = table_of(columns=[ID])
    assert (orders.run().inserted, orders.pipeline.query("SELECT line, raw FROM ops.quarantine")) == (1, [(3, "one")])


def test_what_the_role_may_not_or_cannot_see_is_not_tried_again(
    source: Source, table_of: MAKE, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.execute(ORDERS_TABLE.format(rows=9))
    orders = table_of()
    assert 'relation "public.nothing" does not exist (42P01)' in refused(table_of({"table": "public.nothing"}))
    monkeypatch.setenv("CONNECTIONS__SHOP_DB", source.url(password="wrong"))
    assert "password authentication failed" in refused(orders)
    monkeypatch.setenv("CONNECTIONS__SHOP_DB", source.url().rpartition("/")[0] + "/nowhere")
    assert 'database "nowhere" does not exist' in refused(orders)
    monkeypatch.setenv("CONNECTIONS__SHOP_DB", source.url(f"{source.name}_reader"))
    message = refused(orders)
    assert (
        "permission denied for table orders (42501); check CONNECTIONS__SHOP_DB and the rights of its role" in message
    )
    source.execute(f"GRANT SELECT ON orders TO {source.name}_reader")
    source.execute("ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON orders USING (id < 5)")
    assert "query would be affected by row-level security policy" in refused(orders)
    source.execute("ALTER TABLE orders DISABLE ROW LEVEL SECURITY")
    assert len(orders.landed(orders.extract())) == 9


def test_a_database_that_is_away_may_be_back_later(table_of: MAKE, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTIONS__SHOP_DB", "postgresql://shop:secret@127.0.0.1:1/shop")
    message = refused(table_of(), SourceError)
    assert message.startswith("postgresql://127.0.0.1:1/shop: connection failed")
    assert "secret" not in message
    assert "run again later" in message


@pytest.mark.parametrize(
    "url", ["mysql://shop:secret@db/shop", "postgresql://shop:secret@db", "postgresql://a:secret@[b/c"]
)
def test_another_url_is_refused_and_its_password_not_shown(
    table_of: MAKE, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("CONNECTIONS__SHOP_DB", url)
    message = refused(table_of(), DeclarationError)
    assert "connection 'shop_db' is not the URL of a Postgres database" in message
    assert "secret" not in message


def test_a_statement_that_takes_too_long_is_ended(
    source: Source, table_of: MAKE, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.execute("CREATE VIEW slow AS SELECT 1::bigint AS id FROM pg_sleep(60)")
    monkeypatch.setenv("SOURCE_STATEMENT_TIMEOUT", "1")
    assert "statement timeout (57014)" in refused(table_of({"table": "public.slow"}, columns=[ID]), SourceError)


def test_one_range_that_fails_fails_the_run_and_nothing_counts(source: Source, table_of: MAKE) -> None:
    source.execute("CREATE FUNCTION bad(n bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1 / (n - 89000)'")
    source.execute("CREATE VIEW broken AS SELECT n AS id, bad(n)::text AS note FROM generate_series(1, 90000) n")
    columns = [ID, {"name": "note", "type": "text"}]
    broken = table_of({"table": "public.broken"}, columns=columns, name="broken")
    source.execute(ORDERS_TABLE.format(rows=200_000))
    orders = table_of({"chunk_bytes": MEBIBYTE})
    datasets = [orders.pipeline.dataset, broken.pipeline.dataset]
    with pytest.raises(SourceError, match=r"division by zero .*; landing counts nothing of this run"):
        extract_tables(datasets, DAY, orders.pipeline.settings)
    assert manifests(orders) == []
    left = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'podflow%' AND state <> 'idle'"
    deadline = time.monotonic() + 20
    # The server notices a moment later that a reader is gone.
    while list(source.execute(left)) != [(0,)]:
        assert time.monotonic() < deadline, "a query was left behind"
        time.sleep(0.1)


def test_a_landing_that_is_away_ends_the_reading(
    source: Source, table_of: MAKE, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.execute(ORDERS_TABLE.format(rows=1000))
    monkeypatch.setenv("LANDING_URL", f"{os.environ['LANDING_URL'].rpartition('/')[0]}-nowhere/landing")
    refused(table_of(), LandingError)


def test_a_snapshot_writes_nothing_and_keeps_its_tables_from_truncate_only(source: Source, table_of: MAKE) -> None:
    source.execute(ORDERS_TABLE.format(rows=3))
    settings = table_of().pipeline.settings
    where = database("shop_db", settings.connection("shop_db"))
    with open_snapshot(where, [sql.Identifier("public", "orders")], 2, settings) as snapshot:
        source.execute("SET lock_timeout = '100ms'")
        for statement in ("TRUNCATE orders", "ALTER TABLE orders DROP note", "VACUUM FULL orders"):
            with pytest.raises(psycopg.errors.LockNotAvailable):
                source.execute(statement)
        source.execute("INSERT INTO orders VALUES (4, 'late', NULL)")
        for reader in snapshot.readers:
            assert reader.execute("SELECT count(*) FROM orders").fetchone() == (3,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            snapshot.readers[1].execute("DELETE FROM orders")
    source.execute("TRUNCATE orders")
