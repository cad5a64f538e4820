"""The section that the benchmark writes, from measurements with round times."""

import pytest

from benchmarks.pod_task.control_plane import COMPONENTS, Usage
from benchmarks.pod_task.measurements import CHAIN, FAN_OUT, POD_TASK, STOCK, CostedRun, Measurements, MemorySample
from benchmarks.pod_task.report import report
from benchmarks.pod_task.task_runs import Run
from tests.unit.benchmarks.made_up import bare, chain, fan_out


def costed(*runs: Run, seconds: float = 3.0) -> list[CostedRun]:
    return [CostedRun(run, dict.fromkeys(COMPONENTS, seconds)) for run in runs]


def usage(mebibytes: int) -> Usage:
    return Usage(0.0, mebibytes * 2**20, 200 * 2**20)


def measured(added: float = 0.3, fan_out_seconds: float = 3.3, cpu_seconds: float = 3.0) -> Measurements:
    return Measurements(
        bare_chains=[bare(1000.0 + 2 * number, 1.2) for number in range(20)],
        bare_in_step={each: [bare(1000.0 + 2 * number, 1.5) for number in range(10)] for each in (STOCK, POD_TASK)},
        bare_fan_outs=[[bare(1000.0, 3.0)] * 16, [bare(1100.0, 3.0)] * 16],
        runs={
            (STOCK, CHAIN): costed(chain(6, added=3.7), chain(6, added=3.7), seconds=12.0),
            (POD_TASK, CHAIN): costed(chain(6, added=added), chain(6, added=added), seconds=cpu_seconds),
            (STOCK, FAN_OUT): costed(fan_out(16, 12.0)),
            (POD_TASK, FAN_OUT): costed(fan_out(16, fan_out_seconds)),
        },
        idle_cpu=dict.fromkeys(COMPONENTS, 0.077),
        memory=[MemorySample(16 * number, dict.fromkeys(COMPONENTS, usage(300 + number))) for number in range(14)],
    )


def rows(section: str) -> dict[str, list[str]]:
    """Every table row of the section by its first cell."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    return {first: others for first, *others in cells}


@pytest.fixture
def section() -> str:
    return report(measured(), "Measured on 2026-01-02: 2 cores")


def test_added_time_is_the_interval_without_a_bare_pod(section: str) -> None:
    assert rows(section)["bare pod, made at the end of the one before"] == ["20", "1.20", "1.20"]
    assert rows(section)["bare pod, made in step with PodTask's"] == ["10", "1.50", "1.50"]
    assert rows(section)["added by KubernetesPodOperator"] == ["10", "3.70", "3.70"]
    assert rows(section)["added by PodTask"] == ["10", "0.30", "0.30"]
    assert rows(section)["PodTask's interval less the first row"] == ["10", "0.60", "0.60"]


def test_stages_stand_beside_those_of_a_bare_pod(section: str) -> None:
    assert rows(section)["task before finished → task queued"] == ["", "1110 / 1110", "90 / 90"]
    assert rows(section)["process started → pod created"] == ["50 / 50", "1110 / 1110", "90 / 90"]
    assert rows(section)["container started → finished"] == ["500 / 500", "500 / 500", "500 / 500"]
    assert rows(section)["of it while the pod was not at work"] == ["", "3700 / 3700", "300 / 300"]


def test_fan_out_is_compared_with_the_bare_pods(section: str) -> None:
    assert rows(section)["bare pods, all requested at once"] == ["3.00", "1.00", "3.0, 3.0"]
    assert rows(section)["PodTask"] == ["3.30", "1.10", "3.3"]


def test_cpu_time_is_of_one_task(section: str) -> None:
    # 24 s over 12 tasks, 6 s over 12, 3 s over 16.
    assert rows(section)["scheduler"] == ["0.077", "2.00", "0.50", "0.19", "0.19"]


def test_every_sample_of_memory_is_shown(section: str) -> None:
    samples = {int(first): others for first, others in rows(section).items() if first.isdigit()}
    assert list(samples) == [16 * number for number in range(14)]
    assert samples[208] == ["313 / 200"] * len(COMPONENTS)


def test_noise_below_nothing_has_no_sign() -> None:
    assert "-0.00" not in report(measured(cpu_seconds=-0.01), "Measured on 2026-01-02: 2 cores")


@pytest.mark.parametrize(
    ("added", "fan_out_seconds", "verdicts"),
    [(0.3, 3.3, ["reached", "reached", "reached"]), (0.5, 4.0, ["missed", "reached", "missed"])],
)
def test_goals_are_judged(added: float, fan_out_seconds: float, verdicts: list[str]) -> None:
    section = report(measured(added, fan_out_seconds), "Measured on 2026-01-02: 2 cores")
    words = section.replace(";", " ").replace(".\n", " ").split()
    assert [word for word in words if word in {"reached", "missed"}] == verdicts


def test_machine_and_day_come_first(section: str) -> None:
    assert section.startswith("Measured on 2026-01-02: 2 cores.\n")
