from pathlib import Path

import pytest

from benchmarks.ingest.errors import FailedError
from benchmarks.kafka.contenders import OUR_CONFLUENT, OUR_KAFKA_PYTHON, PERF_TOOL, Shipment, contenders
from benchmarks.kafka.report import report
from benchmarks.kafka.session import Turn

IMAGES = {"kafka": "podflow/kafka:1", "producer": "podflow/producer:1"}
RATES = {
    "kafka-python, bare": (10.0, 20.0, 18.0), "kafka-python, bare, each key hashed once": (10.0, 20.0, 20.0),
    OUR_KAFKA_PYTHON: (20.0, 22.0, 40.0), "confluent-kafka, bare": (2.0, 3.0, 3.0), OUR_CONFLUENT: (4.0, 5.0, 6.0),
    PERF_TOOL: (2.0, 2.0, 2.5),
}  # fmt: skip


def _turns() -> list[Turn]:
    return [
        Turn(name, seconds[number], cpu_seconds=7.0, broker_cpu_seconds=1.5, peak=80 * 2**20, load=0.1 * number)
        for number in range(3)
        for name, seconds in RATES.items()
    ]


def test_a_row_has_the_median_of_its_rounds_and_their_range() -> None:
    lines = report(_turns(), 1_000_000, "Measured here").splitlines()
    ours = next(line for line in lines if line.startswith(f"| {OUR_KAFKA_PYTHON} "))
    assert [cell.strip() for cell in ours.strip("|").split("|")] == [
        OUR_KAFKA_PYTHON, "45,455", "25,000 to 50,000", "7.0", "1.5", "80",
    ]  # fmt: skip


def test_goals_are_judged_by_medians() -> None:
    text = report(_turns(), 1_000_000, "Measured here")
    assert f"{OUR_KAFKA_PYTHON}, share of kafka-python, bare: 0.82, goal at least 0.9: missed" in text
    assert "each key hashed once: 0.91, goal at least 0.9: reached" in text
    assert f"{OUR_CONFLUENT}, orders/s: 200,000, goal at least 200,000: reached; of confluent" in text
    assert f"of {PERF_TOOL}'s: 0.40." in text


def test_every_contender_sends_to_the_topic_as_many_records_as_asked() -> None:
    for contender in contenders(IMAGES, Path("/tmp/orders")):
        command = " ".join(contender.arguments(Shipment("10.0.0.2:9092", "benchmark-1", 5000)))
        for word in ("10.0.0.2:9092", "benchmark-1", "5000"):
            assert word in command.replace("=", " ").split(), contender.name


def test_kafkas_tool_tells_the_whole_in_its_last_line() -> None:
    tool = next(each for each in contenders(IMAGES, Path("/tmp/orders")) if each.name == PERF_TOOL)
    part = "100 records sent, 20.0 records/sec (0.01 MB/sec), 1.0 ms avg latency, 2.0 ms max latency.\n"
    assert tool.seconds(part + part.replace("100", "400").replace("20.0", "80.5"), 400) == pytest.approx(400 / 80.5)
    with pytest.raises(FailedError, match="no rate"):
        tool.seconds("", 400)
