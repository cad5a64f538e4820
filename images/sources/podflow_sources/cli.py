"""The command `sources`: plays the part of the source systems in the examples."""

from typing import NoReturn

import typer

from podflow_sources.commands import forex, logistics, olist, serve
from podflow_sources.settings import Settings
from podflow_task.command import command_line, run_command_line

app = command_line(
    "Play the source systems of podflow's examples: deliver or generate files, fill databases, serve APIs."
)
deliver = typer.Typer(help="Put a source's files where its pipeline fetches them.", no_args_is_help=True)
generate = typer.Typer(help="Write a source's file to stdout.", no_args_is_help=True)
fill = typer.Typer(help="Fill a source's database, once.", no_args_is_help=True)
app.add_typer(deliver, name="deliver")
app.add_typer(generate, name="generate")
app.add_typer(fill, name="fill")

deliver.command("forex")(forex.deliver)
deliver.command("logistics")(logistics.deliver)
generate.command("forex")(forex.generate)
generate.command("logistics")(logistics.generate)
fill.command("olist")(olist.fill)
app.command("serve")(serve.serve)


def main() -> NoReturn:
    """Run the command line and end the process."""
    run_command_line(app, Settings)


if __name__ == "__main__":
    main()
