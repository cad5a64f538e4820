import io
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from k8s import plan, process
from k8s.errors import ClusterError
from k8s.plan import Work
from k8s.progress import Progress


@pytest.fixture(autouse=True)
def _own_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(process, "_stopping", threading.Event())


def _file_work(directory: Path, name: str, before: Callable[[], object] = lambda: None) -> Work:
    def make(_: Path) -> None:
        before()
        (directory / name).touch()

    return Work(name, name, (directory / name).exists, make)


def _progress() -> Progress:
    return Progress(None, io.StringIO())


def test_what_is_there_is_not_made_again_and_empty_lanes_go(tmp_path: Path) -> None:
    first, second, third = (_file_work(tmp_path, name) for name in ("first", "second", "third"))
    (tmp_path / "first").touch()
    (tmp_path / "third").touch()
    assert plan.missing([[first, second], [third]]) == [[second]]


def test_lanes_run_side_by_side(tmp_path: Path) -> None:
    meeting = threading.Barrier(2, timeout=10)  # breaks unless both lanes are there at once
    lanes = [[_file_work(tmp_path, name, meeting.wait)] for name in ("left", "right")]
    plan.perform(lanes, _progress())
    assert plan.missing(lanes) == []


def test_failure_goes_on_and_a_second_call_resumes_where_it_stopped(tmp_path: Path) -> None:
    def fail() -> None:
        raise ClusterError("no space left")

    done, broken, later = (
        _file_work(tmp_path, "done"),
        _file_work(tmp_path, "broken", fail),
        _file_work(tmp_path, "later"),
    )
    with pytest.raises(ClusterError, match="no space left"):
        plan.perform([[done, broken, later]], _progress())
    assert plan.missing([[done, broken, later]]) == [[broken, later]]


def test_failure_in_one_lane_starts_nothing_more_in_another(tmp_path: Path) -> None:
    failed = threading.Event()

    def fail() -> None:
        failed.set()
        raise ClusterError("no")

    def wait_for_the_failure() -> None:
        failed.wait(timeout=10)
        while not process.is_stopping():
            threading.Event().wait(0.01)

    lanes = [
        [_file_work(tmp_path, "broken", fail)],
        [_file_work(tmp_path, "running", wait_for_the_failure), _file_work(tmp_path, "next")],
    ]
    with pytest.raises(ClusterError):
        plan.perform(lanes, _progress())
    assert not (tmp_path / "next").exists()
