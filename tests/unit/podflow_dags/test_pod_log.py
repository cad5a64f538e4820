import time
from datetime import UTC, datetime, timedelta

import pytest

from podflow_dags import pod_log
from podflow_dags.pod_api import PodApi
from podflow_dags.pod_log import PodLog
from tests.unit.podflow_dags.pod_life import wait_for
from tests.unit.podflow_dags.pods import Bench
from tests.unit.podflow_dags.served import Served

LINES = [f"line {number}." for number in range(1, 8)]


class Reader:
    """A task that reads the log of its one pod."""

    def __init__(self, api: PodApi, bench: Bench) -> None:
        self.said: list[str] = []
        self._bench = bench
        self._log = PodLog(api, self.said.append)

    def notice(self) -> None:
        self._log.notice(self._bench.seen())

    def has_said(self, line: str) -> None:
        wait_for(lambda: line in self.said)

    def finish(self) -> list[str]:
        self.notice()
        self._log.finish()
        return self.said


@pytest.fixture
def reader(api: PodApi, bench: Bench) -> Reader:
    return Reader(api, bench)


def at(fraction: str, age: timedelta = timedelta()) -> str:
    """Return a time as the kubelet writes it."""
    return (datetime.now(UTC).replace(microsecond=0) - age).strftime(f"%Y-%m-%dT%H:%M:%S{fraction}Z")


def test_lines_are_said_while_the_container_runs(bench: Bench, reader: Reader) -> None:
    bench.pod.run()
    reader.notice()
    bench.pod.say(*LINES[:2])
    reader.has_said(LINES[1])
    bench.pod.say(LINES[2])
    bench.pod.end()
    assert reader.finish() == LINES[:3]


def test_a_pod_that_did_not_start_has_no_log(reader: Reader, served: Served) -> None:
    assert reader.finish() == []
    assert served.api.asked("/log") == 0


def test_the_log_of_a_container_that_has_ended_is_said_whole(bench: Bench, reader: Reader) -> None:
    bench.pod.run()
    bench.pod.say(*LINES)
    bench.pod.end()
    assert reader.finish() == LINES


@pytest.mark.parametrize("broken", LINES[1:])
def test_every_line_is_said_once_and_in_order_over_a_connection_that_breaks(
    bench: Bench, reader: Reader, served: Served, broken: str
) -> None:
    served.api.break_at = {broken}
    bench.pod.run()
    reader.notice()
    bench.pod.say(*LINES)
    bench.pod.end()
    assert reader.finish() == LINES
    assert served.api.break_at == set(), "it broke"


def test_a_connection_may_break_again_and_again(bench: Bench, reader: Reader, served: Served) -> None:
    served.api.break_at = set(LINES)
    bench.pod.run()
    reader.notice()
    for line in LINES:
        bench.pod.say(line)
        time.sleep(0.01)
    bench.pod.end()
    assert reader.finish() == LINES


def test_the_api_server_may_be_away(bench: Bench, reader: Reader, served: Served) -> None:
    bench.pod.run()
    reader.notice()
    bench.pod.say(*LINES[:3])
    reader.has_said(LINES[2])
    served.http.stop()
    bench.pod.say(*LINES[3:])
    served.http.start()
    bench.pod.end()
    assert reader.finish() == LINES


@pytest.mark.parametrize("broken", LINES[1:])
def test_lines_of_the_same_moment_are_all_said(bench: Bench, reader: Reader, served: Served, broken: str) -> None:
    served.api.break_at = {broken}
    bench.pod.run()
    reader.notice()
    bench.pod.say(*LINES, at=at(".5"))
    bench.pod.end()
    assert reader.finish() == LINES


def test_equal_lines_are_all_said(bench: Bench, reader: Reader) -> None:
    bench.pod.run()
    reader.notice()
    bench.pod.say("again", "again", "again", at=at(".25"))
    bench.pod.end()
    assert reader.finish() == ["again"] * 3


def test_times_are_compared_though_zeros_at_their_end_are_left_out(
    bench: Bench, reader: Reader, served: Served
) -> None:
    served.api.break_at = {"broken"}
    fractions = ["", ".000000009", ".00000001", ".1", ".123456789", ".2", ".999"]
    bench.pod.run()
    reader.notice()
    for fraction in fractions:
        bench.pod.say(fraction, at=at(fraction))
    bench.pod.say("broken", at=at(".999"))
    bench.pod.end()
    assert reader.finish() == [*fractions, "broken"]


def test_lines_that_overtook_each_other_on_stdout_and_stderr_are_all_said(bench: Bench, reader: Reader) -> None:
    bench.pod.run()
    reader.notice()
    bench.pod.say("on stderr", at=at(".000002"))
    bench.pod.say("on stdout, a moment before", at=at(".000001"))
    bench.pod.say("last", at=at(".000003"))
    bench.pod.end()
    assert reader.finish() == ["on stderr", "on stdout, a moment before", "last"]


def test_an_adopted_pods_log_is_read_on_where_it_broke_off_however_old_it_is(
    bench: Bench, reader: Reader, served: Served
) -> None:
    served.api.break_at = {LINES[3]}
    bench.pod.run()
    for line in LINES:
        bench.pod.say(line, at=at("", age=timedelta(hours=1)))
    reader.notice()
    bench.pod.end()
    assert reader.finish() == LINES


def test_a_last_line_without_its_end_is_said(bench: Bench, reader: Reader) -> None:
    bench.pod.run()
    bench.pod.say("no line ", end="")
    bench.pod.end()
    assert reader.finish() == ["no line "]


@pytest.mark.parametrize("line", ["", "  indented", "наука 🚀", "a b  c", '{"event": "x"}'])
def test_a_line_is_said_as_it_was_written(bench: Bench, reader: Reader, line: str) -> None:
    bench.pod.run()
    bench.pod.say(line, "next")
    bench.pod.end()
    assert reader.finish() == [line, "next"]


def test_what_is_no_text_does_not_end_the_log(bench: Bench, reader: Reader) -> None:
    bench.pod.run()
    bench.pod.say("broken \udcff\udc80 bytes", "next")
    bench.pod.end()
    assert reader.finish()[1:] == ["next"]


def test_a_log_that_is_refused_is_said_to_be(bench: Bench, reader: Reader, served: Served) -> None:
    served.api.refuse("/log", 403, "pods/log is forbidden")
    bench.pod.run()
    bench.pod.end()
    assert reader.finish() == ["the pod's log ends here: pods/log is forbidden"]


def test_a_log_that_does_not_arrive_does_not_hold_the_task(
    bench: Bench, reader: Reader, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pod_log, "_SECONDS_TO_FINISH", 0.1)
    served.api.refuse("/log", 503, times=1000)
    bench.pod.run()
    bench.pod.say("late")
    bench.pod.end()
    assert reader.finish() == ["the rest of the pod's log did not arrive in time"]
