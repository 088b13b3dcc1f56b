"""GET /metrics: what is counted, for Prometheus."""

from bedside import domains
from bedside.operations.domain import DOMAIN
from bedside.operations.exposition import CONTENT_TYPE
from bedside.operations.wiring import OperationsWiring
from bedside.platform.api import Api, Call, no_authentication
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(OperationsWiring)
api = Api(DOMAIN, lambda: wiring.platform, no_authentication)


@api.serves("GET /metrics")
def metrics(call: Call[str]) -> Answer:
    text = wiring.metrics_export.read(call.header("authorization"), domains.counters(), call.now_ms)
    return Answer(200, text=text, headers={"content-type": CONTENT_TYPE})


lambda_handler = api.handler()
