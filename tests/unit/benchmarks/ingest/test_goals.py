import pytest

from benchmarks.ingest.costs import Costs
from benchmarks.ingest.goals import Verdict, of_chunks, of_files
from benchmarks.ingest.record import Record
from tests.unit.benchmarks.ingest.made_up import ROWS, record

POD = "podflow, one pod"
LOADED = [
    record("psql \\copy", "first", 6.0),
    record("read and cast", "cast", 4.0),
    record(POD, "first", 2.0, step="extract"),
    record(POD, "first", 8.0, step="load", wal=5000),
    record("dlt, CSV import, upsert", "first", 40.0),
    record("dlt, CSV import, append without key", "first", 1.0),
    record("dlt, Arrow to CSV, upsert", "first", 30.0),
    record("sling, full-refresh", "first", 15.0),
]
AGAIN = [
    record(POD, "0", 1.0, step="load", wal=100),
    record(POD, "1", 1.0, step="extract"),
    record(POD, "1", 5.0, step="load", wal=1100, images=400),
    record(POD, "100", 9.0, step="load", wal=60_100),
]


def judged(*records: Record) -> dict[str, Verdict]:
    return {verdict.what: verdict for verdict in of_files(Costs(records, "files", ROWS))}


def test_the_first_load_is_held_against_copy() -> None:
    verdict = judged(*LOADED)["first load, rows/s of \\copy's"]
    assert (verdict.value, verdict.reached) == ("0.75", True)


def test_peers_that_leave_no_key_are_not_the_same_work() -> None:
    found = judged(*LOADED)
    assert found["first load, extract and load, times dlt's best"].value == "3.00"
    sling = found["first load, extract and load, times sling's best"]
    assert (sling.value, sling.reached) == ("1.50", False)


def test_a_redelivery_is_held_against_reading_and_casting() -> None:
    verdict = judged(*LOADED, *AGAIN)["re-delivery with 1 % changed, load, times reading and casting"]
    assert (verdict.value, verdict.reached) == ("1.25", True)


def test_the_log_counts_for_each_changed_row_and_without_images_of_pages() -> None:
    (verdict,) = (each for what, each in judged(*LOADED, *AGAIN).items() if what.startswith("log"))
    # 10 rows wrote 600 bytes, 1000 rows 60,000.
    assert (verdict.value, verdict.reached) == ("1.00", True)


@pytest.mark.parametrize(("mebibytes", "reached"), [(149, True), (151, False)])
def test_the_largest_pod_counts(*, mebibytes: int, reached: bool) -> None:
    found = judged(record(POD, "first", 1.0, step="load", peak=mebibytes * 2**20), record("dlt", "first", 1.0))
    assert found["most memory of a pod"].reached is reached


def test_four_pods_are_held_against_one_at_a_time() -> None:
    one = record("four pods, one after the other", "first", 15.5, step="load", part="chunks")
    four = record("four pods at once", "first", 9.5, step="load", part="chunks")
    (verdict,) = of_chunks(Costs([one, four], "chunks", ROWS))
    assert (verdict.value, verdict.reached) == ("1.60", True)


def test_what_psql_gains_at_once_is_the_limit_of_what_pods_gain() -> None:
    names = (
        "four \\copy, one after the other",
        "four \\copy at once",
        "four pods, one after the other",
        "four pods at once",
    )
    seconds = (4.5, 2.0, 7.5, 4.5)
    records = [record(name, "first", of, step="load", part="chunks") for name, of in zip(names, seconds, strict=True)]
    pods, limit, share = of_chunks(Costs(records, "chunks", ROWS))
    assert (pods.value, pods.reached) == ("1.60", True)
    assert (limit.value, limit.goal, limit.reached) == ("2.00", "", None)
    assert (share.value, share.reached) == ("0.80", False)


def test_what_copy_alone_reaches_of_a_goal_is_told_beside_it() -> None:
    verdict = judged(*LOADED)["first load, \\copy alone, times dlt's best"]
    assert (verdict.value, verdict.goal, verdict.reached) == ("5.00", "", None)


def test_nothing_is_judged_that_was_not_measured() -> None:
    assert judged(record("psql \\copy", "first", 6.0)) == {}
    assert "first load, rows/s of \\copy's" not in judged(LOADED[0], record(POD, "first", 0, problem="failed"))
