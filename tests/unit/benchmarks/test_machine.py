"""When and on what a figure was measured."""

import re

from benchmarks.machine import measured


def test_a_section_begins_with_day_machine_versions_and_commit() -> None:
    told = r"Measured on \d{4}-\d\d-\d\d: \d+ cores \(.+\), \d+ GiB, Linux \S+, Postgres 17, podflow at [0-9a-f]{10}"
    assert re.fullmatch(told, measured("Postgres 17"))
