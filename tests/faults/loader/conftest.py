"""Servers that can be broken, and a dataset whose loading is disturbed. No cluster is needed here."""

from collections.abc import Callable, Iterator

import pytest

from tests.faults.loader.loading import Loading
from tests.servers import (
    INITDB,
    Bucket,
    Server,
    Warehouse,
    bucket,
    docker,
    fresh_warehouse,
    image,
    objectstore_server,
    running,
    wait_until,
)

__all__ = ["bucket", "image", "objectstore_server"]


def answers(server: Server) -> None:
    """Wait until a Postgres takes statements."""
    wait_until(lambda: server.execute("psql", "--username=postgres", "--command=SELECT 1"), server)


@pytest.fixture(scope="session")
def postgres_server(image: Callable[[str], str]) -> Iterator[Server]:
    """A Postgres that keeps what it committed, whatever becomes of its processes: it may be killed and started."""
    script = f"[ -s $PGDATA/PG_VERSION ] || ({INITDB}) && exec postgres -c listen_addresses=*"
    entry = ["--env", "PGDATA=/var/lib/postgresql/data/test", "--entrypoint", "sh"]
    with running(image("postgres"), 5432, entry, ["-c", script]) as server:
        answers(server)
        yield server


@pytest.fixture
def warehouse(postgres_server: Server) -> Iterator[Warehouse]:
    """A database of the test's own, on a server that stands."""
    docker("start", postgres_server.container)
    answers(postgres_server)
    with fresh_warehouse(postgres_server) as made:
        yield made


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What lets the loader's processes share their bytecode, as the image does: each starts in a third of the time."""
    return {"PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("bytecode")), "PYTHONDONTWRITEBYTECODE": ""}


@pytest.fixture
def environment(
    warehouse: Warehouse, bucket: Bucket, bytecode: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Secrets put into a load's environment, for this process and those that it starts."""
    variables = {**bucket.environment, **warehouse.environment(), "LANDING_URL": f"{bucket.url}/landing"}
    for name, value in {**variables, **bytecode, "HOSTNAME": "prices-load"}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def loading_in(environment: None, warehouse: Warehouse) -> Iterator[Callable[[str], Loading]]:  # noqa: ARG001
    """Return a function that prepares the dataset in a mode."""
    made: list[Loading] = []

    def prepare(mode: str) -> Loading:
        loading = Loading.of(mode, warehouse)
        made.append(loading)
        loading.prepare()
        return loading

    yield prepare
    for loading in made:
        for pod in loading.pods:
            pod.give_up()
