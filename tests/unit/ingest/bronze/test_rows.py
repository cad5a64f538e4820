import datetime
import io

from rich.console import Console

from podflow_ingest.commands.rows import table


def test_rows_are_drawn_as_a_table_in_which_numbers_are_read_easily() -> None:
    at = datetime.datetime(2026, 11, 20, 10, 30, tzinfo=datetime.UTC)
    console = Console(file=io.StringIO(), width=100)
    console.print(table([{"dataset": "shop.prices", "read": 1234567, "finished_at": at, "raw": "[bold]x"}]))
    assert isinstance(console.file, io.StringIO)
    header, row = console.file.getvalue().splitlines()
    assert header.split() == ["dataset", "read", "finished_at", "raw"]
    assert row.split() == ["shop.prices", "1,234,567", "2026-11-20", "10:30:00+00:00", "[bold]x"]
