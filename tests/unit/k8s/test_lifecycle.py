import socket
from pathlib import Path

import pytest

from k8s import lifecycle
from k8s.cluster import Cluster
from k8s.errors import ClusterError, HostNotReadyError
from k8s.lifecycle import State


@pytest.mark.parametrize(
    ("status", "is_unfinished", "expected"),
    [
        (None, False, State.ABSENT),
        (None, True, State.ABSENT),
        ("running", False, State.RUNNING),
        ("running", True, State.HALF_MADE),
        ("exited", False, State.STOPPED),
        ("created", False, State.STOPPED),
        ("exited", True, State.HALF_MADE),
    ],
)
def test_state_follows_from_the_container_and_the_mark(
    status: str | None, is_unfinished: bool, expected: State
) -> None:
    assert lifecycle.judge(status, is_unfinished=is_unfinished) is expected


def test_taken_port_is_named_with_its_remedy() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(HostNotReadyError, match=rf"Port {port} of 127\.0\.0\.1 is taken: stop"):
            lifecycle.check_ports([port])


def test_ports_that_an_older_cluster_lacks_are_found() -> None:
    bindings = '{"30080/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}], "6443/tcp": [{"HostPort": "40613"}]}'
    assert lifecycle.unpublished({30080: 8080, 30081: 8081}, bindings) == {30081: 8081}


def test_unknown_cluster_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ClusterError, match="use podflow or podflow-test"):
        Cluster("prod").ports()


def test_mark_of_an_unfinished_cluster_is_in_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert tmp_path in Cluster("podflow").unfinished_mark.parents
