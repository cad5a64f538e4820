"""The command line: `python3 -m new_source shop --dataset prices`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from new_source.names import NameRefusedError, SourceName
from new_source.writing import FileExistsAlreadyError, write

_CHECKOUT = Path(__file__).parents[1]
_NEXT = """
Next, as docs/adding-a-source.md shows:
  1. say in {catalogue} where {dataset} comes from and which columns it has
  2. say in k8s/values/kind.yaml where the connection is: connections: {{{source}_files: s3://sources/{source}}}
  3. let the models in dbt/models/{source} say what becomes of it
  4. make test-fast, then make deploy
"""


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make new-source", description=__doc__, usage="make new-source name=shop")
    parser.add_argument("name", nargs="?", default="", help="the source: letters, digits and _, as in shop")
    parser.add_argument("--dataset", default="records", help="its first dataset; default: %(default)s")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None, checkout: Path = _CHECKOUT) -> int:
    """Write the files; returns the exit code: 0 well, 1 a problem that is told."""
    chosen = _parse(arguments)
    try:
        name = SourceName.checked(chosen.name, chosen.dataset)
        written = write(checkout, name)
    except (NameRefusedError, FileExistsAlreadyError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print("\n".join(str(file) for file in written))
    print(_NEXT.format(catalogue=written[0], source=name.source, dataset=name.dataset), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
