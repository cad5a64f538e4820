import io

import pytest

from k8s.progress import Progress, elapsed


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("seconds", "text"), [(4.9, "4 s"), (60, "1 min 00 s"), (127.2, "2 min 07 s")])
def test_durations_are_short(seconds: float, text: str) -> None:
    assert elapsed(seconds) == text


def test_plain_output_has_a_line_when_a_step_begins_goes_on_and_ends() -> None:
    stream, clock = io.StringIO(), _Clock()
    progress = Progress(2, stream, clock)
    with progress.step("building kind"):
        clock.now = 31
        progress.show_running()
        clock.now = 61
    assert stream.getvalue().splitlines() == [
        "[1/2] building kind ...",
        "still at work: [1/2] building kind 31 s",
        "[1/2] building kind: done in 1 min 01 s",
    ]


def test_terminal_shows_all_running_steps_on_one_live_line() -> None:
    stream, clock = _Terminal(), _Clock()
    progress = Progress(None, stream, clock)
    with progress.step("one"), progress.step("two"):
        clock.now = 5
        progress.show_running()
    lines = stream.getvalue().split("\r\x1b[K")
    assert "one 5 s | two 5 s" in lines
    assert [line for line in lines if line.endswith("\n")] == ["two: done in 5 s\n", "one: done in 5 s\n"]


def test_failed_step_is_told_as_failed_and_its_error_goes_on() -> None:
    stream = io.StringIO()
    with pytest.raises(RuntimeError), Progress(1, stream, _Clock()).step("boiling"):
        raise RuntimeError
    assert "[1/1] boiling: failed after 0 s" in stream.getvalue()


def test_expected_steps_count_from_one_again() -> None:
    stream = io.StringIO()
    progress = Progress(None, stream, _Clock())
    with progress.step("engine"):
        pass
    progress.expect(3)
    with progress.step("kind"):
        pass
    assert "[1/3] kind: done in 0 s" in stream.getvalue()


def test_nothing_is_shown_while_nothing_runs() -> None:
    stream = io.StringIO()
    Progress(None, stream, _Clock()).show_running()
    assert stream.getvalue() == ""
