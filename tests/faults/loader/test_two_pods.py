"""Two pods of the image load the same chunk at once."""

import os
from collections.abc import Callable

import pytest

from tests.faults.loader import prices
from tests.faults.loader.accounts import assert_all_is_accounted_for, assert_ledger_tells_the_table
from tests.faults.loader.loading import Loading
from tests.faults.loader.pod import Pod
from tests.faults.loader.strikes import WAITING

Prepare = Callable[[str], Loading]
Observe = Callable[[str, str], None]

PASSED_ON = ("AWS_", "WAREHOUSE_", "LANDING_URL")

pytestmark = pytest.mark.timeout(1800)
"""The image is built first where it is missing."""


@pytest.fixture
def containers(image: Callable[[str], str]) -> Callable[[Loading], list[Pod]]:
    """Return a function that starts two containers which load the struck chunk."""
    reference = image("ingest")

    def start(loading: Loading) -> list[Pod]:
        variables = [f"--env={name}" for name in os.environ if name.startswith(PASSED_ON)]
        command = ["docker", "run", "--rm", "--network=host", *variables, reference, *loading.arguments()]
        pods = [Pod(command), Pod(command)]
        loading.pods.extend(pods)
        return pods

    return start


@pytest.mark.parametrize("mode", ["upsert", "append", "full"])
def test_one_of_them_loads_it_and_the_other_finds_it_loaded(
    loading_in: Prepare, containers: Callable[[Loading], list[Pod]], observe: Observe, mode: str
) -> None:
    loading = loading_in(mode)
    with loading.warehouse.connect("ingest") as starter:
        # Both wait to enter the ledger, the first statement of a load: they go on at the same moment.
        starter.execute("BEGIN")
        starter.execute("LOCK TABLE ops.load IN SHARE MODE")
        pods = containers(loading)
        loading.wait_for(f"{WAITING} = 2")
        starter.execute("ROLLBACK")
    done = sorted((pod.end().counts() for pod in pods), key=lambda counts: -counts["inserted"])
    assert done == [prices.counts(mode), prices.counts_again(mode)]
    assert_all_is_accounted_for(loading)
    observe(f"two pods with the same chunk at once, mode {mode}", "both succeed; one loads it, one finds it loaded")


def test_they_also_make_the_table_once(loading_in: Prepare, containers: Callable[[Loading], list[Pod]]) -> None:
    loading = loading_in("append")
    loading.empty_warehouse()
    with loading.warehouse.connect("ingest") as starter:
        starter.execute("BEGIN")
        starter.execute("CREATE SCHEMA ops")
        pods = containers(loading)
        loading.wait_for(f"{WAITING} = 2")
        starter.execute("ROLLBACK")
    assert sorted(pod.end().counts()["inserted"] for pod in pods) == [0, 14_001]
    assert_ledger_tells_the_table(loading)
