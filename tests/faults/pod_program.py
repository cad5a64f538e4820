"""What the pods of the fault DAGs run: it leaves marks in the landing bucket, by which its work is counted.

Arguments: the run, and how to behave:
    wait:N   work until the test lets it end; on SIGTERM exit with N before the work is done
    exit:N   exit with N at once
    memory   use more memory than there is
"""

import json
import os
import signal
import sys
import time

import obstore
from obstore.store import from_url

SECONDS_OF_WORK = 400
"""A pod that no test lets end fails by itself."""
PIECE = 16 * 1024 * 1024


def work(run: str, behaviour: str, argument: int) -> int:
    """Behave as told; return the exit code."""
    # A deleted pod leaves its name free for the next one.
    pod = f"{os.environ['HOSTNAME']}.{time.time_ns()}"
    store = from_url(os.environ["LANDING_URL"])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(argument))
    obstore.put(store, f"faults/{run}/began/{pod}", b"")
    print(f"{pod} began", flush=True)
    pieces = []
    while behaviour == "memory":
        pieces.append(b"x" * PIECE)
    if behaviour == "exit":
        print(f"{pod} ends with {argument}", flush=True)
        return argument
    deadline = time.monotonic() + SECONDS_OF_WORK
    while not list(obstore.list(store, f"faults/{run}/end")):
        if time.monotonic() > deadline:
            return 1
        time.sleep(0.1)
    obstore.put(store, f"faults/{run}/did/{pod}", b"")
    print(f"{pod} did its work", flush=True)
    with open("/dev/termination-log", "w", encoding="utf-8") as result:  # noqa: PTH123  # a device, not a path
        json.dump({"pod": pod}, result)
    return 0


if __name__ == "__main__":
    name, _, code = sys.argv[2].partition(":")
    sys.exit(work(sys.argv[1], name, int(code or 0)))
