"""Says whether an Airflow component without a port of its own is alive: `heartbeat.py dag_processor started|alive`.

Asks the api-server, which knows every component's last heartbeat; `airflow jobs check` would take 1.5 s of CPU.
`alive` fails only when the api-server says that the heartbeat is late, so that an outage of the api-server or the
database restarts nothing else. `started` fails until the api-server has seen a heartbeat.
"""

import http.client
import json
import os
import sys
from urllib.parse import urlsplit

HEALTH = "/api/v2/monitor/health"


def reported_status(api_server: str, component: str) -> str | None:
    """Return `healthy` or `unhealthy`, or None where the api-server does not know or does not answer."""
    address = urlsplit(api_server)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=4)
    try:
        connection.request("GET", HEALTH)
        return json.load(connection.getresponse())[component]["status"]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


def main(component: str, question: str) -> int:
    """Exit code 0 for yes."""
    status = reported_status(os.environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"], component)
    good = status == "healthy" if question == "started" else status != "unhealthy"
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
