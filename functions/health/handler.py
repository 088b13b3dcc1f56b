"""GET /health: the health of the stack and of Redis."""

from bedside.operations.domain import DOMAIN
from bedside.operations.wiring import OperationsWiring
from bedside.platform.api import Api, Call, no_authentication
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(OperationsWiring)
api = Api(DOMAIN, lambda: wiring.platform, no_authentication)


@api.serves("GET /health")
def health(call: Call[str]) -> Answer:
    return Answer(200, wiring.health.check(call.now_ms))


lambda_handler = api.handler()
