"""The warehouse's disk is full: where tables are, or where the write-ahead log is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.faults.loader import prices
from tests.faults.loader.accounts import State, assert_all_is_accounted_for, assert_nothing_was_loaded
from tests.faults.loader.conftest import answers
from tests.faults.loader.loading import Loading
from tests.servers import INITDB, Server, running

Prepare = Callable[[str], Loading]
Observe = Callable[[str, str], None]

DATA = "/disks/data"
LOG = "/disks/log"


@dataclass(frozen=True)
class Disks:
    """A Postgres with one small disk for tables, and one for its write-ahead log."""

    server: Server

    def fill(self, disk: str, leave: int) -> None:
        """Leave so many KiB free on a disk."""
        free = f"$(( $(df --output=avail -k {disk} | tail -1) - {leave} ))"
        self.server.execute("sh", "-c", f"fallocate -l {free}K {disk}/ballast")

    def empty(self) -> None:
        """Give room again."""
        self.server.execute("rm", "--force", f"{DATA}/ballast", f"{LOG}/ballast")
        answers(self.server)


@pytest.fixture(scope="module")
def postgres_server(image: Callable[[str], str]) -> Iterator[Server]:
    """A server on small disks in memory; as the kubelet does, its container starts Postgres again when it ends."""
    initdb = INITDB.replace("initdb ", f"initdb --waldir={LOG}/wal --wal-segsize=1 ", 1)
    postgres = "postgres -c listen_addresses=* -c max_wal_size=8MB -c min_wal_size=2MB"
    script = f"{initdb}; while true; do {postgres}; sleep 1; done"
    disks = [f"--tmpfs={DATA}:size=160m,mode=1777", f"--tmpfs={LOG}:size=64m,mode=1777"]
    entry = ["--env", f"PGDATA={DATA}/pgdata", "--entrypoint", "sh"]
    with running(image("postgres"), 5432, [*disks, *entry], ["-c", script]) as server:
        answers(server)
        yield server


@pytest.fixture
def disks(postgres_server: Server) -> Iterator[Disks]:
    """The server's disks, with room again when the test is over."""
    disks = Disks(postgres_server)
    yield disks
    disks.empty()


@pytest.mark.parametrize("mode", ["upsert", "append", "full"])
def test_without_room_for_the_table_nothing_is_loaded(
    loading_in: Prepare, disks: Disks, observe: Observe, mode: str
) -> None:
    loading = loading_in(mode)
    before = State.of(loading)
    disks.fill(DATA, leave=400)
    ended = loading.run()
    assert ended.code == 1
    assert "No space left on device" in ended.error
    assert ended.error.endswith("; give its disk room, then run again")
    assert_nothing_was_loaded(loading, before)
    disks.empty()
    assert loading.run().counts() == prices.counts(mode)
    assert_all_is_accounted_for(loading)
    observe(f"disk full, tables, mode {mode}", f"exit 1, {ended.error}")


def test_without_room_for_the_log_the_server_crashes_and_nothing_is_loaded(
    loading_in: Prepare, disks: Disks, observe: Observe
) -> None:
    loading = loading_in("append")
    before = State.of(loading)
    # What keeps the log from being recycled, as a replica does that is away; and an end to what was recycled before.
    psql = ["psql", "--username=postgres", "--command"]
    disks.server.execute(*psql, "SELECT pg_create_physical_replication_slot('replica', true)")
    disks.server.execute(*psql, "CHECKPOINT")
    each = "pg_logical_emit_message(false, 'podflow', ''), pg_switch_wal()"
    disks.server.execute(*psql, f"SELECT {each} FROM generate_series(1, 20)")
    disks.fill(LOG, leave=300)
    ended = loading.run()
    assert ended.code == 1
    # The server's last word is what it lacks; it does not always get through.
    assert ended.error.endswith(("running again is safe", "; give its disk room, then run again"))
    disks.empty()
    disks.server.execute(*psql, "SELECT pg_drop_replication_slot('replica')")
    assert_nothing_was_loaded(loading, before)
    assert loading.run().counts() == prices.counts("append")
    assert_all_is_accounted_for(loading)
    observe("disk full, write-ahead log", f"exit 1, {ended.error}")
