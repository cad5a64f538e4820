from datetime import timedelta

from k8s.airflow_api import Run
from k8s.demo_account import Account, seconds_of, summary


def test_the_summary_has_a_line_a_pipeline_under_one_another() -> None:
    lines = summary(
        [Account("forex", 7, 10_000, 10_000, 0, 0, 1_234, 41.6), Account("olist", 20, 1_550_922, 9, 8, 7, 60, 128.2)]
    ).splitlines()
    assert lines == [
        "pipeline  pods  rows read  inserted  changed  rejected  gold rows  seconds",
        "forex        7     10,000    10,000        0         0      1,234       42",
        "olist       20  1,550,922         9        8         7         60      128",
    ]


def test_seconds_are_from_the_first_beginning_to_the_last_end() -> None:
    runs = [
        Run("ingest", "1", "2026-11-20T10:00:00.500000Z", "2026-11-20T10:00:30Z"),
        Run("dbt", "2", "2026-11-20T10:00:32Z", "2026-11-20T10:01:00.750000Z"),
    ]
    assert seconds_of(runs) == timedelta(minutes=1, milliseconds=250).total_seconds()
