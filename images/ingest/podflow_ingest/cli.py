"""The command `ingest`: what a pod of the ingest image runs."""

from typing import NoReturn

from podflow_ingest.commands import quarantine
from podflow_ingest.commands.drain import drain
from podflow_ingest.commands.extract import extract
from podflow_ingest.commands.follow import follow
from podflow_ingest.commands.load import load
from podflow_ingest.commands.offsets import offsets
from podflow_ingest.commands.replay import replay
from podflow_ingest.commands.settings import settings
from podflow_ingest.commands.snapshot import snapshot
from podflow_ingest.commands.stage import stage
from podflow_ingest.commands.status import status
from podflow_ingest.commands.transform import transform
from podflow_ingest.settings import Settings
from podflow_task.command import command_line, run_command_line

app = command_line("Bring files, APIs and databases to landing, landing and topics to bronze.")
app.command()(extract)
app.command()(snapshot)
app.command()(stage)
app.command()(transform)
app.command()(load)
app.command()(replay)
app.command()(drain)
app.command()(follow)
app.command()(offsets)
app.command()(status)
app.command()(settings)
app.add_typer(quarantine.application, name="quarantine")


def main() -> NoReturn:
    """Run the command line and end the process."""
    run_command_line(app, Settings)


if __name__ == "__main__":
    main()
