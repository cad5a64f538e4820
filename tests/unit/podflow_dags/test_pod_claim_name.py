import re

import pytest

from podflow_dags.pod_claim import TaskInstance
from tests.unit.podflow_dags.pods import NAME

DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


@pytest.mark.parametrize(
    ("dag", "task"),
    [
        ("books__hourly", "load"),
        ("B.ooks--", "-Load."),
        ("d" * 250, "t" * 250),
        ("d" * 47, "load"),
        ("книги", "загрузка"),
        ("1", "_"),
    ],
)
def test_a_pods_name_is_one_that_kubernetes_takes(dag: str, task: str) -> None:
    name = TaskInstance(dag, "manual__1", task, 1023).pod_name(99)
    assert len(name) <= 63
    assert DNS_LABEL.fullmatch(name), name


def test_a_pods_name_begins_with_what_it_does() -> None:
    assert re.fullmatch(r"books-hourly-load-[0-9a-f]{8}-0", NAME)


def test_two_task_instances_never_share_a_pod() -> None:
    instances = [
        TaskInstance("a-b", "run", "c", -1),
        TaskInstance("a", "run", "b-c", -1),
        TaskInstance("a_b", "run", "c", -1),
        TaskInstance("a-b", "run", "c", 1),
        TaskInstance("a-b", "run-2", "c", -1),
        TaskInstance("a-b", "ru", "nc", -1),
    ]
    assert len({instance.pod_name(0) for instance in instances}) == len(instances)
    assert len({instance.digest for instance in instances}) == len(instances)
