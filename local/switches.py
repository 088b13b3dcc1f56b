"""The call with which the board of a stand-in reads and changes what goes wrong there on purpose."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.faults import Faults


async def answer_switches[F: Faults](request: Request, faults: F, now_ms: int) -> tuple[F, Response]:
    """Return the switches after a GET, POST or DELETE, and its answer; what is no switch is 422 and changes nothing."""
    if request.method == "DELETE":
        faults = type(faults)()
    if request.method == "POST":
        try:
            faults = faults.switched(await json_of(request), now_ms)
        except (ValueError, RecursionError) as problem:
            return faults, JSONResponse({"message": str(problem)}, 422)
    return faults, JSONResponse(faults.shown(now_ms))


async def json_of(request: Request) -> Any:  # noqa: ANN401 (JSON of any kind)
    """Return the JSON of a request. Raises ValueError."""
    # Another site's page cannot send this type without asking first, and is then refused.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ValueError("expected: Content-Type: application/json")
    return await request.json()
