"""What a pipeline's runs came to, by Airflow and by the ledger in the warehouse, and the table that tells it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from k8s.airflow_api import AirflowApi, Run
from k8s.kubectl import Kubectl

QUERY = Path(__file__).parent / "queries" / "account.sql"
_POD_OPERATOR = "PodTask"
_HEAD = ("pipeline", "pods", "rows read", "inserted", "changed", "rejected", "gold rows", "seconds")


@dataclass(frozen=True)
class Account:
    """A pipeline's line of the summary."""

    pipeline: str
    pods: int
    read: int
    inserted: int
    changed: int
    rejected: int
    gold: int
    seconds: float


def account(api: AirflowApi, kubectl: Kubectl, source: str, runs: Sequence[Run]) -> Account:
    """Add up what the runs of a pipeline did."""
    tasks = [task for run in runs for task in api.task_instances(run.dag_id, run.run_id)]
    ledger = _ledger(kubectl, source, runs)
    return Account(
        pipeline=source,
        pods=sum(task.try_number for task in tasks if task.operator == _POD_OPERATOR),
        read=ledger["read"],
        inserted=ledger["inserted"],
        changed=ledger["updated"],
        rejected=ledger["rejected"],
        gold=ledger["gold"],
        seconds=seconds_of(runs),
    )


def seconds_of(runs: Sequence[Run]) -> float:
    """Return how long it took from the first run's beginning to the last one's end."""
    began = min(datetime.fromisoformat(run.began) for run in runs)
    ended = max(datetime.fromisoformat(run.ended) for run in runs)
    return (ended - began).total_seconds()


def summary(accounts: Sequence[Account]) -> str:
    """Return the table, a line a pipeline."""
    rows = [_HEAD, *(_cells(each) for each in accounts)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join(_line(row, widths) for row in rows)


def _cells(line: Account) -> tuple[str, ...]:
    counts = (line.pods, line.read, line.inserted, line.changed, line.rejected, line.gold, round(line.seconds))
    return (line.pipeline, *(f"{count:,}" for count in counts))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join([name.strip().ljust(widths[0]), *numbers])


def _ledger(kubectl: Kubectl, source: str, runs: Sequence[Run]) -> dict[str, int]:
    """Ask the warehouse inside its own pod for the counts of the runs' loads and the rows in the source's gold."""
    command = ["exec", "--stdin", "podflow-postgres-0", "--", *psql("warehouse", source, runs)]
    counts: dict[str, int] = json.loads(kubectl.output(*command, standard_input=QUERY.read_text()))
    return counts


def psql(database: str, source: str, runs: Sequence[Run]) -> list[str]:
    """Return the command that answers QUERY, its standard input."""
    names = json.dumps([[run.dag_id, run.run_id] for run in runs])
    variables = ["--set=ON_ERROR_STOP=1", f"--set=runs={names}", f"--set=gold=gold_{source}"]
    form = ["--quiet", "--no-psqlrc", "--tuples-only", "--no-align"]
    return ["psql", *form, "--username=postgres", f"--dbname={database}", *variables]
