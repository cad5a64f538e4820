"""Thirty days of retail, one after the other and then at once by `airflow backfill create`, on a real cluster."""

from collections.abc import Callable

import pytest

from k8s.kubectl import Kubectl
from tests.e2e.retail_chain import RetailChain, differences, expected, last_days, rows_of
from tests.faults.airflow_runs import AirflowRuns

DAYS = 30
AT_ONCE = 6
"""Runs at a time, each of up to three pods: as many as two cores bear."""
SECONDS = 3600


@pytest.mark.timeout(3 * SECONDS)
def test_thirty_days_at_once_give_the_tables_of_thirty_days_in_order(
    release: Kubectl, airflow: AirflowRuns, observe: Callable[[str, str], None]
) -> None:
    chain = RetailChain(airflow, release)
    days = last_days(DAYS)
    chain.wipe()
    one_by_one = chain.backfill(days, at_once=1, seconds=SECONDS)
    in_order = chain.tables()
    days = chain.days()
    chain.wipe()
    in_parallel = chain.backfill(days, at_once=AT_ONCE, seconds=SECONDS)
    at_once = chain.tables()
    assert {table.partition(".")[0] for table in at_once} == {"silver_retail", "gold_retail"}
    assert all(at_once.values())
    assert differences(in_order, at_once) == {}
    for table, rows in expected(days).items():
        assert len(at_once[table]) == len(rows)
    counts = ", ".join(f"{name} {count}" for name, count in rows_of(at_once).items())
    observe("retail", f"{len(days)} days in order {one_by_one:.0f} s, {AT_ONCE} at once {in_parallel:.0f} s: {counts}")
