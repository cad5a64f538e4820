"""Why a measurement cannot be had or must not be trusted."""

from k8s.errors import ClusterError


class BenchmarkError(ClusterError):
    """A run did not go as it must to be measured; the message says what to look at."""
