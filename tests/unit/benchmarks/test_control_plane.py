import pytest

from benchmarks.pod_task.control_plane import Usage, parse_version_1, parse_version_2, spent
from benchmarks.pod_task.errors import BenchmarkError

MIB = 2**20


def test_usage_is_read_from_control_groups_of_version_1() -> None:
    stat = f"cache 5\ntotal_rss 9\ninactive_file 1\ntotal_inactive_file {40 * MIB}\ntotal_active_file 2\n"
    assert parse_version_1(f"2500000000\n{300 * MIB}\n{stat}") == Usage(2.5, 260 * MIB, 9)


def test_usage_is_read_from_control_groups_of_version_2() -> None:
    text = f"usage_usec 2500000\nuser_usec 1\n{300 * MIB}\nanon 9\ninactive_file {40 * MIB}\nactive_file 2\n"
    assert parse_version_2(text) == Usage(2.5, 260 * MIB, 9)


def test_spent_is_the_difference() -> None:
    assert spent({"scheduler": Usage(1.0, 0, 0)}, {"scheduler": Usage(3.5, 0, 0)}) == {"scheduler": 2.5}


def test_restarted_component_is_no_measurement() -> None:
    with pytest.raises(BenchmarkError, match="scheduler was restarted"):
        spent({"scheduler": Usage(9.0, 0, 0)}, {"scheduler": Usage(1.0, 0, 0)})
