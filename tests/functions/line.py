"""The line to Redis and to AWS of one clinic: it can be cut, and counts what goes over it."""

import json
from collections import Counter
from typing import Any

import pytest
from moto.core.botocore_stubber import BotocoreStubber

from bedside.adapters.rest import Answer, RestClient, RestError


class Line:
    """Cuts the line to Redis while `cut`, slower than nothing; counts tries to reach it, and DynamoDB's requests."""

    def __init__(self, redis_url: str, patch: pytest.MonkeyPatch) -> None:
        self.cut = False
        self.tries = self.records = 0
        request, process = RestClient.request, BotocoreStubber.process_request

        def requesting(client: RestClient, *args: Any, **more: Any) -> Answer:
            if not redis_url.endswith(f":{client._port}"):  # noqa: SLF001  # of all clients only Redis's
                return request(client, *args, **more)
            self.tries += 1
            if self.cut:
                raise RestError("cut", sent=False)
            return request(client, *args, **more)

        def webhook_processor(stubber: BotocoreStubber, request: Any) -> Any:
            self.records += "dynamodb" in request.url
            return process(stubber, request)

        patch.setattr(RestClient, "request", requesting)
        patch.setattr(BotocoreStubber, "process_request", webhook_processor)

    def spent(self) -> tuple[int, int]:
        """Give the tries to reach Redis and the requests to DynamoDB since this was asked last."""
        spent = self.tries, self.records
        self.tries = self.records = 0
        return spent


def counted(printed: str) -> Counter[str]:
    """Sum the metrics that functions printed."""
    sums: Counter[str] = Counter()
    for line in printed.splitlines():
        document = json.loads(line)
        for spaces in document.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in spaces["Metrics"]:
                value = document[metric["Name"]]
                sums[metric["Name"]] += int(sum(value) if isinstance(value, list) else value)
    return sums
