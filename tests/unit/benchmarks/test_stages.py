import pytest

from benchmarks.pod_task.stages import BARE_STAGES, STAGES, bare_stages, links, wall_of_pods, wall_of_tasks
from tests.unit.benchmarks.made_up import bare, chain, fan_out


def test_first_task_of_a_chain_only_gives_the_second_its_beginning() -> None:
    assert len(links([chain(6, added=1.0), chain(6, added=1.0)])) == 10


def test_stages_follow_one_another_without_a_gap() -> None:
    run = chain(2, added=1.0)
    (link,) = links([run])
    assert len(link.stages) == len(STAGES)
    assert link.seconds == pytest.approx(run.tasks[1].ended - run.tasks[0].ended)


def test_what_is_outside_the_pod_is_all_but_its_life() -> None:
    (link,) = links([chain(2, added=1.0, life=2.5)])
    assert link.seconds == pytest.approx(3.5)
    assert link.outside_pod == pytest.approx(1.0)


def test_pause_is_from_the_end_of_the_pod_before_to_the_creation_of_the_next() -> None:
    (link,) = links([chain(2, added=1.0, life=2.5)])
    assert link.pause == pytest.approx(1.0)


def test_bare_pod_begins_with_its_request() -> None:
    stages = bare_stages(bare(1000.0, life=2.0))
    assert len(stages) == len(BARE_STAGES)
    assert stages[0] == pytest.approx(0.05)
    assert sum(stages) == pytest.approx(2.0)


def test_wall_time_is_from_the_first_beginning_to_the_last_end() -> None:
    assert wall_of_pods([bare(1000.0, 2.0), bare(1000.5, 3.0), bare(1000.1, 1.0)]) == pytest.approx(3.5)
    assert wall_of_tasks(fan_out(16, 4.0)) == pytest.approx(4.0)
