"""GET /health: whether the stack serves, and how Redis is."""

from aws_lambda_powertools.event_handler import Response

from bedside import __version__, http
from bedside.adapters.redis import RedisError
from bedside.errors import UnavailableError
from bedside.instants import iso
from bedside.wiring import Wiring

wiring = Wiring()
app = http.resolver()


@app.get("/health")
def health() -> Response[str]:
    try:
        up = wiring.redis.execute("PING") == "PONG"
    except (RedisError, UnavailableError):
        up = False
    return http.answer(
        200,
        {
            "status": "ok" if up else "degraded",
            "redis": "up" if up else "open",
            "version": __version__,
            "timestamp": iso(wiring.now_ms()),
        },
    )


lambda_handler = http.endpoint(app)
