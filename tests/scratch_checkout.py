"""A copy of this checkout that a test may change, and the checks that `make test-fast` would run in it."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_CONVENTIONS = (
    "tests/dags/test_asset_graph.py",
    "tests/dags/test_catalogue.py",
    "tests/dags/test_conventions.py",
    "tests/dags/test_import.py",
    "tests/dbt/test_conventions.py",
)


@dataclass(frozen=True)
class Checkout:
    """The copy's folder."""

    folder: Path

    @classmethod
    def copied_to(cls, folder: Path) -> "Checkout":
        """Copy every file that git knows or would add."""
        listing = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listing, check=True, capture_output=True, text=True).stdout.split("\0")
        for name in filter(None, names):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, folder / name)
        return cls(folder)

    def make(self, target: str, *variables: str) -> subprocess.CompletedProcess[str]:
        """Run a target of the Makefile."""
        command = ["make", "--silent", f"PYTHON={sys.executable}", target, *variables]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)

    def check(self, files: list[str]) -> str:
        """Format and lint the files, run the conventions of DAGs and models; return what is wrong."""
        python = [name for name in files if name.endswith(".py")]
        commands = (
            ("ruff", "format", "--check", *python),
            ("ruff", "check", *python),
            ("sqlfluff", "lint", *(name for name in files if name.endswith(".sql"))),
            ("yamllint", "--strict", *(name for name in files if name.endswith(".yml"))),
            ("codespell", "--toml", "pyproject.toml", *files),
            ("python", "-m", "pytest", "--quiet", *_CONVENTIONS),
        )
        return "".join(self._complaint(*command) for command in commands)

    def _complaint(self, tool: str, *arguments: str) -> str:
        command = [str(Path(sys.executable).with_name(tool)), *arguments]
        ended = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        return ended.stdout + ended.stderr if ended.returncode else ""
