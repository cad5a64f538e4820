"""Real servers from the project's own images, for suites that need no cluster: containers, databases, buckets."""

import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import obstore
import psycopg
import pytest
from obstore.store import S3Store

from k8s import image_builds
from k8s.progress import Progress

ROOT = Path(__file__).parents[1]
ROLES = ROOT / "charts" / "podflow" / "files" / "postgres" / "roles.sql"
PASSWORD = secrets.token_hex(12)
SECONDS_TO_START = 200.0
INITDB = (
    "initdb --username postgres --encoding UTF8 --locale C.UTF-8 --auth-local trust --auth-host scram-sha-256"
    " && echo host all all all scram-sha-256 >> $PGDATA/pg_hba.conf"
)
"""Makes a cluster in $PGDATA that takes the roles' passwords from everywhere."""


@dataclass(frozen=True)
class Server:
    """A running container and the loopback address of its one port."""

    container: str
    port: int

    def execute(self, *command: str, text: str | None = None) -> str:
        """Run a command inside the container and return its standard output."""
        return docker("exec", "--interactive", self.container, *command, text=text)


@dataclass(frozen=True)
class Warehouse:
    """A fresh database with the roles of the chart; every role has the same password."""

    name: str
    port: int
    host: str = "127.0.0.1"
    password: str = PASSWORD

    def url(self, role: str = "ingest") -> str:
        """Return the libpq URL with which a role (ingest, dbt, reader) logs in."""
        return f"postgresql://{role}:{self.password}@{self.host}:{self.port}/{self.name}"

    def connect(self, role: str = "ingest") -> psycopg.Connection:
        """Open an autocommitting connection as a role."""
        return psycopg.connect(self.url(role), autocommit=True)

    def environment(self, role: str = "ingest") -> dict[str, str]:
        """Return what the Secret podflow-warehouse-<role> puts into a task's environment."""
        return {
            "WAREHOUSE_HOST": self.host,
            "WAREHOUSE_PORT": str(self.port),
            "WAREHOUSE_DATABASE": self.name,
            "WAREHOUSE_USER": role,
            "WAREHOUSE_PASSWORD": self.password,
        }


@dataclass(frozen=True)
class Bucket:
    """An empty bucket: its URL, what obstore reads from the environment, and a store on it."""

    url: str
    environment: dict[str, str] = field(repr=False)

    def store(self) -> S3Store:
        """Return an obstore client on the bucket that needs no environment."""
        return S3Store.from_url(
            self.url,
            endpoint=self.environment["AWS_ENDPOINT_URL"],
            access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            region=self.environment["AWS_REGION"],
            client_options={"allow_http": True},
        )

    def names(self, prefix: str = "") -> list[str]:
        """Return the sorted names of all objects below a prefix."""
        return sorted(each["path"] for page in obstore.list(self.store(), prefix) for each in page)

    def read(self, name: str) -> bytes:
        """Return the content of one object."""
        return bytes(obstore.get(self.store(), name).bytes())


@pytest.fixture(scope="session")
def image() -> Callable[[str], str]:
    """Return a function that gives the reference of one of our images, built first where it is missing."""

    def reference(name: str) -> str:
        with Progress(stream=sys.stderr) as progress:
            return image_builds.ensure([name], progress)[name]

    return reference


@pytest.fixture(scope="session")
def postgres_server(image: Callable[[str], str]) -> Iterator[Server]:
    """A Postgres without durability, which most tests do not need and pay for."""
    script = (
        f"{INITDB} && exec postgres -c listen_addresses=* -c fsync=off -c full_page_writes=off -c max_connections=200"
    )
    entry = ["--env", "PGDATA=/var/lib/postgresql/data/test", "--entrypoint", "sh"]
    with running(image("postgres"), 5432, entry, ["-c", script]) as server:
        wait_until(lambda: server.execute("psql", "--username=postgres", "--command=SELECT 1"), server)
        yield server


@pytest.fixture
def warehouse(postgres_server: Server) -> Iterator[Warehouse]:
    """A database of the test's own."""
    with fresh_warehouse(postgres_server) as made:
        yield made


@contextmanager
def fresh_warehouse(server: Server) -> Iterator[Warehouse]:
    """Make a database by the chart's roles.sql under another name, and drop it after the body."""
    name = f"warehouse_{secrets.token_hex(4)}"
    roles = re.sub(r"\bwarehouse\b", name, ROLES.read_text())
    passwords = [f"--set={role}_password={PASSWORD}" for role in ("airflow", "ingest", "dbt", "reader")]
    psql = ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--username=postgres"]
    server.execute(*psql, *passwords, text=roles)
    yield Warehouse(name, server.port)
    server.execute(*psql, "--command", f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def fresh_source(server: Server) -> Iterator[str]:
    """Make an empty database of a source system's, and drop it after the body; yield its owner's URL."""
    name = f"source_{secrets.token_hex(4)}"
    psql = ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--username=postgres"]
    server.execute(*psql, text=f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'; CREATE DATABASE {name} OWNER {name};")
    yield f"postgresql://{name}:{PASSWORD}@127.0.0.1:{server.port}/{name}"
    server.execute(*psql, text=f"DROP DATABASE {name} WITH (FORCE); DROP ROLE {name};")


@pytest.fixture(scope="session")
def objectstore_server(image: Callable[[str], str]) -> Iterator[Server]:
    """The S3 server over a folder inside its container."""
    keys = ["--env", "ROOT_ACCESS_KEY=test", "--env", f"ROOT_SECRET_KEY={PASSWORD}"]
    with running(image("objectstore"), 7070, keys, ["--port", ":7070", "posix", "/var/lib/objectstore"]) as server:
        wait_until(lambda: socket.create_connection(("127.0.0.1", server.port)).close(), server)
        yield server


@pytest.fixture
def bucket(objectstore_server: Server) -> Bucket:
    """An empty bucket of the test's own."""
    name = f"test-{secrets.token_hex(4)}"
    objectstore_server.execute("mkdir", f"/var/lib/objectstore/{name}")
    environment = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{objectstore_server.port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": PASSWORD,
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
    }
    return Bucket(f"s3://{name}", environment)


@pytest.fixture(scope="session")
def kafka_server(image: Callable[[str], str]) -> Iterator[Server]:
    """A single Kafka node, broker and controller in one; it keeps its data when it is killed and started again."""
    port = free_port()
    properties = "\n".join(
        [
            "process.roles=broker,controller",
            "node.id=1",
            "listeners=HOST://:9092,CONTROLLER://127.0.0.1:9093",
            f"advertised.listeners=HOST://127.0.0.1:{port}",
            "inter.broker.listener.name=HOST",
            "controller.listener.names=CONTROLLER",
            "listener.security.protocol.map=HOST:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.quorum.bootstrap.servers=127.0.0.1:9093",
            "offsets.topic.replication.factor=1",
            "transaction.state.log.replication.factor=1",
            "transaction.state.log.min.isr=1",
            "auto.create.topics.enable=false",
            "group.initial.rebalance.delay.ms=0",
            "log.dirs=/var/lib/kafka/test",
        ]
    )
    script = (
        'printf "%s" "$PROPERTIES" > /tmp/server.properties'
        " && kafka-storage.sh format --ignore-formatted --standalone --cluster-id podflow-test-cluster00"
        " --config /tmp/server.properties"
        " && exec kafka-server-start.sh /tmp/server.properties"
    )
    options = ["--env", f"PROPERTIES={properties}", "--entrypoint", "sh"]
    with running(image("kafka"), 9092, options, ["-c", script], port) as server:
        wait_until(lambda: _expect_in_log(server, "Kafka Server started"), server)
        yield server


@contextmanager
def running(
    image: str, port: int, options: list[str], arguments: list[str], host_port: int | None = None
) -> Iterator[Server]:
    """Run a container with one published port while the body runs, and remove it, by its id, whatever happens."""
    host_port = host_port or free_port()
    publish = ["--publish", f"127.0.0.1:{host_port}:{port}"]
    container = docker("run", "--detach", *publish, *options, image, *arguments).strip()
    try:
        yield Server(container, host_port)
    finally:
        docker("rm", "--force", "--volumes", container)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_until(check: Callable[[], object], server: Server) -> None:
    """Repeat a check until it raises nothing; afterwards the failure and the container's log are the error."""
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            check()
        except (subprocess.CalledProcessError, LookupError, OSError) as error:
            if time.monotonic() > deadline:
                raise TimeoutError(docker("logs", "--tail", "40", server.container)) from error
            time.sleep(0.2)
        else:
            return


def _expect_in_log(server: Server, text: str) -> None:
    if text not in docker("logs", server.container):
        raise LookupError(text)


def docker(*arguments: str, text: str | None = None) -> str:
    return subprocess.run(["docker", *arguments], input=text, check=True, capture_output=True, text=True).stdout
