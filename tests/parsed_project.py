"""The dbt project as its image has it: with the parse that pods start from."""

import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "dbt"


def parsed_copy(folder: Path, *targets: str) -> Path:
    """Copy the project into a folder that is not there yet, parse it for targets as images/dbt/Dockerfile does."""
    shutil.copytree(PROJECT, folder)
    dbt = str(Path(sys.executable).with_name("dbt"))
    for target in targets:
        located = ["--profiles-dir", ".", "--target-path", f"target/{target}", "--log-path", "logs"]
        subprocess.run([dbt, "parse", "--target", target, *located], cwd=folder, check=True, capture_output=True)
    return folder
