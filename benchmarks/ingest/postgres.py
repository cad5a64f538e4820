"""The Postgres that all contenders load into: the chart's image, scripts and settings, on a volume, durable."""

import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from benchmarks.ingest.docker import Container, serving, wait_until_ready

_CHART = Path(__file__).parents[2] / "charts" / "podflow"
_FOLDER = "/etc/podflow/postgres"
_DATA = "/var/lib/postgresql/data"
_PSQL = ("psql", "--quiet", "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1")
_START = (
    f"bash {_FOLDER}/prepare.sh && exec postgres -D $PGDATA -c config_file={_FOLDER}/postgresql.conf"
    # What the figures are about, whatever the chart says one day.
    " -c fsync=on -c synchronous_commit=on -c full_page_writes=on"
)
ROLE = "ingest"


@dataclass(frozen=True)
class Database:
    """A database that the role owns."""

    name: str
    host: str
    password: str = field(repr=False)

    @property
    def url(self) -> str:
        """The libpq URL."""
        return f"postgresql://{ROLE}:{self.password}@{self.host}:5432/{self.name}"


@dataclass(frozen=True)
class Postgres:
    """The running server."""

    container: Container
    password: str = field(repr=False)

    def database(self, name: str) -> Database:
        """Make a new, empty database."""
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.sql(f"CREATE DATABASE {name} OWNER {ROLE}")
        return Database(name, self.container.address, self.password)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is in it."""
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the superuser; return what it says."""
        return self.container.execute(*_PSQL, "--username=postgres", database, text=statement).strip()

    def settle(self, database: str) -> None:
        """Bring the server to where it is between two deliveries: tables vacuumed, a checkpoint done."""
        self.sql("VACUUM (ANALYZE)", database)
        self.sql("CHECKPOINT")

    def version(self) -> str:
        """Return the server's version."""
        return self.sql("SHOW server_version").split()[0]


def parameters() -> dict[str, object]:
    """Return the chart's settings of the server."""
    found: dict[str, object] = yaml.safe_load((_CHART / "values.yaml").read_text())["postgres"]["parameters"]
    return found


def memory_limit() -> str:
    """Return the chart's limit of the server's memory, as in 1Gi."""
    limits = yaml.safe_load((_CHART / "values.yaml").read_text())["postgres"]["resources"]["limits"]
    return str(limits["memory"])


@contextmanager
def running(image: str, folder: Path, instead: Mapping[str, str] | None = None) -> Iterator[Postgres]:
    """Run the server while the body runs; `folder` is for its configuration, `instead` for settings but the chart's."""
    configuration = folder / "postgres"
    shutil.copytree(_CHART / "files" / "postgres", configuration)
    lines = [f"{name} = '{value}'" for name, value in {**parameters(), **(instead or {})}.items()]
    (configuration / "parameters.conf").write_text("\n".join(lines) + "\n")
    for path in (configuration, *configuration.iterdir()):
        path.chmod(0o755)
    password = secrets.token_hex(12)
    roles = ("AIRFLOW", "INGEST", "DBT", "READER")
    options = [
        *(f"--env={role}_PASSWORD={password}" for role in roles),
        *(f"--env=PGDATA={_DATA}/pgdata", "--env=POSTGRES_BINARIES=/usr/lib/postgresql/17/bin"),
        *(f"--volume={configuration}:{_FOLDER}:ro", f"--mount=type=volume,destination={_DATA}"),
        *(f"--memory={memory_limit().removesuffix('i')}", "--entrypoint=bash"),
    ]
    with serving(image, options, ["-c", _START]) as container:
        # The server that prepare.sh starts listens on another socket.
        wait_until_ready(container, "pg_isready", "--quiet", "--host=127.0.0.1")
        yield Postgres(container, password)
