"""GET /health: whether the stack serves, and how Redis is."""

from aws_lambda_powertools.event_handler import Response

from bedside import __version__
from bedside.adapters.redis.circuit_breaker import State
from bedside.adapters.redis.client import RedisError
from bedside.kernel.errors import UnavailableError
from bedside.kernel.instants import iso
from bedside.platform import http
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


@app.get("/health")
def health() -> Response[str]:
    state = _redis()
    return http.answer(
        200,
        {
            "status": "ok" if state == "up" else "degraded",
            "redis": state,
            "version": __version__,
            "timestamp": iso(wiring.now_ms()),
        },
    )


def _redis() -> State:
    """Ask Redis, and tell how it is; one that did not answer counts as away, before the breaker knows it."""
    try:
        wiring.redis.execute("PING")
    except UnavailableError:  # without its address
        return "open"
    except RedisError:
        return "probing" if wiring.redis.state == "probing" else "open"
    return wiring.redis.state


lambda_handler = http.endpoint(app)
