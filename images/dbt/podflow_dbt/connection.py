"""Whether the profile's login reaches the warehouse."""

from pathlib import Path
from typing import Any, cast

from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg

from podflow_dbt.errors import WarehouseError


def check_connection(project: Path, target: str, log_path: Path) -> None:
    """Log in to the warehouse as dbt does and ask it one question (`dbt debug --connection`).

    Raises:
        WarehouseError: the warehouse did not answer; the message is what dbt said of it.
    """
    said: list[str] = []

    def listen(message: EventMsg) -> None:
        info = cast("Any", message).info
        if info.name == "DebugCmdResult":
            said.append(info.msg)

    places = ["--project-dir", str(project), "--profiles-dir", str(project), "--log-path", str(log_path)]
    arguments = ["--log-level", "none", "debug", "--connection", "--target", target, *places]
    outcome = dbtRunner(callbacks=[listen]).invoke(arguments)
    if not outcome.success:
        reason = " ".join((said[-1] if said else str(outcome.exception)).split())
        raise WarehouseError(f"dbt debug: {reason}; check the WAREHOUSE_* variables")
