"""A pod's memory depends on how many orders are on their way, not on how many there are."""

from typing import Any

import pytest

from tests.integration.producers.conftest import Pods

MEBIBYTE = 1024
SIZES = {"kafka-python": 60_000, "confluent": 150_000}


@pytest.mark.timeout(600)
def test_four_times_as_many_orders_take_no_more_memory(topic: Any, pods: Pods, client: str) -> None:
    peaks = []
    for times in (1, 4):
        count = str(SIZES[client] * times)
        done = pods(topic.environment).produce(topic.name, "--count", count, "--client", client)
        assert done.code == 0, done.events
        peaks.append(done.peak_kibibytes)
    assert peaks[1] < peaks[0] + 20 * MEBIBYTE, peaks
    assert peaks[1] < 200 * MEBIBYTE, peaks
