"""dbt in its image, on the warehouse of the benchmark, and what it says that each node took."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from benchmarks.ingest.docker import run
from benchmarks.ingest.postgres import Postgres

MODELS = (
    "forex__customer_transactions",
    "logistics__crm_sales_details",
    "logistics__orders",
    "fact_orders",
)
"""The incremental ones."""
WAREHOUSE = "warehouse"
_LIMIT = 900.0
_CATALOGUE = Path(__file__).parents[2] / "dags" / "catalog"
_MAKE_TABLES = Path(__file__).with_name("make_tables.py")


@dataclass(frozen=True)
class Build:
    """One build: seconds that each model took, and the container's from its start to its end."""

    seconds: dict[str, float]
    rows: dict[str, int]
    container: float


def make_tables(image: str, server: Postgres, tables: Sequence[tuple[str, str]]) -> None:
    """Let ingestion make its tables."""
    options = [*_environment(server, "ingest"), f"--volume={_MAKE_TABLES}:/make_tables.py:ro", "--entrypoint=python"]
    run(image, options, ["/make_tables.py", *(_declaration(*table) for table in tables)], _LIMIT)


def build(image: str, server: Postgres, folder: Path) -> Build:
    """Build the models, incrementally where they are there; without tests, each of which looks at a whole table."""
    folder.chmod(0o777)
    places = ["--project-dir=/opt/podflow/dbt", "--profiles-dir=/opt/podflow/dbt", "--log-path=/tmp/logs"]
    options = [*_environment(server, "dbt"), f"--volume={folder}:/target", "--entrypoint=dbt"]
    select = ["--select", *(f"+{model}" for model in MODELS)]
    ended = run(image, options, ["run", "--target=pro", *places, "--target-path=/target", *select], _LIMIT)
    results = json.loads((folder / "run_results.json").read_text())["results"]
    named = {each["unique_id"].rpartition(".")[2]: each for each in results}
    return Build(
        {model: named[model]["execution_time"] for model in MODELS},
        {model: named[model]["adapter_response"]["rows_affected"] for model in MODELS},
        ended.usage.seconds,
    )


def _declaration(source: str, dataset: str) -> str:
    catalogue = yaml.safe_load((_CATALOGUE / f"{source}.yml").read_text())
    named = {"source": source, "connection": catalogue["connection"], "name": dataset}
    return json.dumps({**named, **catalogue["datasets"][dataset]})


def _environment(server: Postgres, role: str) -> list[str]:
    variables = {
        "WAREHOUSE_HOST": server.container.address,
        "WAREHOUSE_DATABASE": WAREHOUSE,
        "WAREHOUSE_USER": role,
        "WAREHOUSE_PASSWORD": server.password,
    }
    return [f"--env={name}={value}" for name, value in variables.items()]
