"""The HTTP service with the APIs of the example sources; /docs describes them."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

from podflow_sources import retail, spacex
from podflow_sources.retail.routes import routes as retail_routes
from podflow_sources.spacex.routes import routes as spacex_routes
from podflow_task.log import event

SHIPPED_SEED = 2025


def service(seed: int = SHIPPED_SEED) -> FastAPI:
    """Return the service; with the same seed it gives the same answers, in every pod and after every restart."""
    described = f"{retail.__doc__}\n\n{spacex.__doc__}"
    app = FastAPI(title="podflow: example sources", description=described, version="1")
    app.include_router(retail_routes(seed))
    app.include_router(spacex_routes(seed))
    app.add_api_route("/health", _health, include_in_schema=False)
    app.middleware("http")(_tell)
    return app


async def _health() -> dict[str, str]:
    return {"status": "ok"}


async def _tell(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await answer(request)
    # The kubelet asks for /health every few seconds.
    if request.url.path != "/health":
        asked = f"{request.url.path}?{request.url.query}".removesuffix("?")
        event("request", method=request.method, asked=asked, status=response.status_code)
    return response
