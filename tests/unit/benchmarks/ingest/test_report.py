from pathlib import Path

from benchmarks.ingest.record import Record, Records
from benchmarks.ingest.report import report
from tests.unit.benchmarks.ingest.made_up import record


def written(*found: Record) -> str:
    records = Records(None)
    for each in found:
        records.add([each])
    return report(records, "Measured on 2026-01-02: 2 cores", {"dlt": "1.2.3"})


def rows(section: str) -> dict[str, list[str]]:
    """Every table row of the section by its first cell."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    return {first: others for first, *others in cells}


def test_a_row_has_every_figure() -> None:
    section = written(record("psql \\copy", "first", 4.0, wal=2_500_000, images=1_000_000))
    assert rows(section)["psql \\copy"] == ["250", "4.00", "4.50", "2.00", "1.00", "100", "2.5", "1.0"]


def test_steps_stand_below_their_sum() -> None:
    records = Records(None)
    records.add([record("podflow", "first", 1.0, step="extract"), record("podflow", "first", 3.0, step="load")])
    section = report(records, "Measured", {})
    assert [name for name in rows(section) if name.startswith("podflow")] == [
        "podflow: all",
        "podflow: extract",
        "podflow: load",
    ]
    assert rows(section)["podflow: all"][1] == "4.00"


def test_what_took_too_long_keeps_its_row() -> None:
    section = written(record("dlt, default, upsert", "first", 0.0, problem="over the limit"))
    assert rows(section)["dlt, default, upsert"][0] == "over the limit"


def test_each_case_has_a_table_and_the_baseline_stands_with_the_first_load() -> None:
    section = written(record("a", "first", 1.0), record("read and cast", "cast", 1.0), record("a", "10", 1.0))
    first, again = section.index("First load:"), section.index("Re-delivery with 10 % changed:")
    assert first < section.index("| read and cast") < again


def test_no_cell_breaks_the_table() -> None:
    section = written(record("pg_dump into psql", "first", 1.0, part="tables"))
    lines = [line for line in section.splitlines() if line[:1] == "|"]
    assert len({line.count("|") for line in lines}) == 1


def test_where_when_and_what_come_first() -> None:
    assert written(record("a", "first", 1.0)).startswith("Measured on 2026-01-02: 2 cores. Peers: dlt 1.2.3.\n")


def test_records_are_read_again_and_turns_known(tmp_path: Path) -> None:
    file, found = tmp_path / "records", record("a", "first", 1.5, step="load", wal=7)
    Records(file).add([found])
    again = Records(file)
    assert list(again.all()) == [found]
    assert again.has(found.turn)
