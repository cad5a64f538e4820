"""The chain's DAGs on a cluster: days backfilled as a user does it, and the tables that come of them."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from k8s.airflow_api import AirflowApi
from k8s.errors import CommandFailedError
from k8s.kubectl import Kubectl
from tests.e2e import expected_retail

INGESTION, STAR = "retail__daily", "retail_star"
UNCOMPARED = {"changed_at", "load_timestamp"}
"""Columns that say when something was done."""
_QUIET = 10
"""Seconds without a run after which none is to be expected: the scheduler looks for events every second or so."""
_PSQL = ("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--username=postgres", "--dbname=warehouse")
_TABLES = """
select table_schema || '.' || table_name from information_schema.tables
where table_schema in ('silver_retail', 'gold_retail')
"""
_WIPE = "drop schema if exists bronze_retail, staging_retail, silver_retail, gold_retail cascade"
_DAYS = "select distinct snapshot_date from bronze_retail.customers"

Tables = dict[str, list[str]]
"""Each table's rows as sorted JSON."""


def last_days(count: int) -> list[date]:
    """Return the last days that are over, in order."""
    today = datetime.now(UTC).date()
    return [today - timedelta(days=ago) for ago in range(count, 0, -1)]


@dataclass(frozen=True)
class RetailChain:
    """Airflow and warehouse of a release."""

    airflow: AirflowApi
    kubectl: Kubectl

    def backfill(self, days: list[date], at_once: int, seconds: float) -> float:
        """Run the days by `airflow backfill create`, so many at once; return the seconds until the star has them."""
        dates = ["--from-date", f"{days[0]}", "--to-date", f"{days[-1]}", "--reprocess-behavior", "completed"]
        command = ["airflow", "backfill", "create", "--dag-id", INGESTION, *dates, "--max-active-runs", f"{at_once}"]
        for dag_id in (INGESTION, STAR):
            _until(lambda name=dag_id: self.airflow.is_known(name), 180, f"Airflow knows {dag_id}")  # type: ignore[misc]
        began = time.monotonic()
        create = ("exec", "podflow-airflow-scheduler-0", "--", *command)
        # An earlier one counts as active until the scheduler has looked at it again.
        _until(lambda: self._succeeds(*create), 180, "a backfill can be created")
        # Not before: the schedule's own run of the last day would come first.
        self.airflow.unpause(INGESTION)
        self.settle(seconds)
        return time.monotonic() - began - _QUIET

    def settle(self, seconds: float) -> None:
        """Wait until neither DAG has had anything to do for a while."""
        deadline, quiet_since = time.monotonic() + seconds, time.monotonic()
        while time.monotonic() < quiet_since + _QUIET:
            assert time.monotonic() < deadline, "the runs of retail did not come to an end"
            if self.airflow.unfinished_runs(INGESTION) or self.airflow.unfinished_runs(STAR):
                quiet_since = time.monotonic()
            time.sleep(1)

    def wipe(self) -> None:
        """Take all tables of retail away; landing keeps what was extracted."""
        self.ask(_WIPE)

    def days(self) -> list[date]:
        """Return the days that are in bronze."""
        return sorted(date.fromisoformat(line) for line in self.ask(_DAYS))

    def tables(self) -> Tables:
        """Return all rows of all tables of silver and gold."""
        made = " - ".join(["to_jsonb(kept)", *(f"'{name}'" for name in sorted(UNCOMPARED))])
        return {table: sorted(self.ask(f"select {made} from {table} as kept")) for table in sorted(self.ask(_TABLES))}

    def ask(self, statement: str) -> list[str]:
        """Ask the warehouse inside its pod; return the lines of the answer."""
        return self.kubectl.output("exec", "podflow-postgres-0", "--", *_PSQL, "--command", statement).splitlines()

    def _succeeds(self, *arguments: str) -> bool:
        try:
            self.kubectl.output(*arguments)
        except CommandFailedError:
            return False
        return True


def expected(days: list[date]) -> dict[str, set[expected_retail.Row]]:
    """Return what plain Python makes of the days, for each table of gold that it knows."""
    answered = expected_retail.answered(days)
    return {
        "gold_retail.dim_customer": expected_retail.dim_customer(answered),
        "gold_retail.dim_product": expected_retail.dim_product(answered),
        "gold_retail.fact_sales": expected_retail.fact_sales(answered),
        "gold_retail.fact_sales_aggregate": expected_retail.fact_sales_aggregate(answered),
    }


def differences(one: Tables, other: Tables) -> dict[str, list[str]]:
    """Return for each table that differs a few rows that only one of the two has."""
    names = one.keys() | other.keys()
    differing = {name: set(one.get(name, ())) ^ set(other.get(name, ())) for name in names}
    return {name: sorted(rows)[:4] for name, rows in differing.items() if rows}


def rows_of(tables: Tables) -> dict[str, int]:
    """Return how many rows each table has."""
    return {name: len([json.loads(row) for row in rows]) for name, rows in tables.items()}


def _until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"after {seconds:.0f} s it is not so that {what}"
        time.sleep(2)
