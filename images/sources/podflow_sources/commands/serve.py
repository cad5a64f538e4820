"""`sources serve`."""

from typing import Annotated

import typer
import uvicorn

from podflow_sources.api import SHIPPED_SEED, service
from podflow_task.log import event


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: any that is free.")] = 8080,
    seed: Annotated[int, typer.Option(help="The same seed gives the same answers.")] = SHIPPED_SEED,
) -> None:
    """Serve the APIs of the example sources, until told to stop; /docs describes them."""
    settings = uvicorn.Config(service(seed), host="0.0.0.0", port=port, log_level="warning")  # noqa: S104  a pod's port
    listening = settings.bind_socket()
    # From here on whoever connects is served, if only once uvicorn has started.
    listening.listen(settings.backlog)
    event("serving", port=listening.getsockname()[1], seed=seed)
    uvicorn.Server(settings).run(sockets=[listening])
