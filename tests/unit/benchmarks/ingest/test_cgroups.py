"""What the kernel says of processes, in files as it writes them."""

from pathlib import Path

from benchmarks.ingest.cgroups import Group, Peak


def test_cpu_time_is_read_of_either_version(tmp_path: Path) -> None:
    (tmp_path / "cpu.stat").write_text("usage_usec 2500000\nuser_usec 2000000\n")
    assert Group(tmp_path).cpu_seconds() == 2.5
    (tmp_path / "cpuacct.usage").write_text("1500000000\n")
    assert Group(tmp_path).cpu_seconds() == 1.5


def test_processes_that_ended_count_for_nothing() -> None:
    peak = Peak()
    peak.look([2**30])
    peak.look([])
    assert peak.bytes == 0
