"""Tables in memory for one writer: they store items as they are put, and count requests. Conditions always hold."""

import json
from collections.abc import Mapping
from typing import Any, Final

from bedside.adapters.aws.attributes import to_attributes

PERSON: Final = "a" * 24
_PERSON_ITEM: Final = to_attributes(
    {"pk": PERSON, "phone": "+64215550199", "roles": ["patient"], "facilityId": "FAC001", "verification": "none"}
)


class Record:
    """DynamoDB's answers, spelt and read as JSON."""

    def __init__(self) -> None:
        self.requests = 0
        self._items: dict[tuple[str, str], Mapping[str, Any]] = {("people", PERSON): _PERSON_ITEM}

    def call(self, operation: str, question: Mapping[str, Any], **_how: object) -> Any:  # noqa: ANN401  # JSON
        self.requests += 1
        asked = json.loads(json.dumps(question))
        match operation:
            case "GetItem":
                item = self._items.get((asked["TableName"], asked["Key"]["pk"]["S"]))
                return json.loads(json.dumps({"Item": item} if item else {}))
            case "PutItem":
                self._put(asked)
            case "TransactWriteItems":
                for write in asked["TransactItems"]:
                    if "Put" in write:
                        self._put(write["Put"])
            case _:
                raise NotImplementedError(operation)
        return {}

    def _put(self, asked: Mapping[str, Any]) -> None:
        self._items[asked["TableName"], asked["Item"]["pk"]["S"]] = asked["Item"]
