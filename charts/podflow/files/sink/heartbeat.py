"""Says whether a continuous sink is alive: `heartbeat.py FILE SECONDS`, yes if the file was touched that recently.

The sink touches it between batches, and every few seconds while there is nothing to read.
"""

import sys
import time
from pathlib import Path


def main(file: str, seconds: str) -> int:
    """Exit code 0 for yes."""
    try:
        age = time.time() - Path(file).stat().st_mtime
    except OSError:
        return 1
    return 0 if age < float(seconds) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
