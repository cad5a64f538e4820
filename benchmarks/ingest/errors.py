"""Errors of the benchmark; each message says what to do next."""

from k8s.errors import ClusterError


class BenchmarkError(ClusterError):
    """The benchmark cannot go on."""


LAST_LINES, LINE = 15, 300
"""How much of a contender's output is shown."""


def ending(output: str) -> str:
    """Return the last lines of an output, none of them overlong."""
    return "\n".join(line[:LINE] for line in output.splitlines()[-LAST_LINES:])


class FailedError(BenchmarkError):
    """A contender ended with an error."""


class OverLimitError(BenchmarkError):
    """A contender took longer than it may."""
