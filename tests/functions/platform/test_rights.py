"""What functions ask of tables is compared with template.yaml in every test here; these show that it is found."""

from typing import Any

import pytest

from tests.conftest import TABLE, VISITS
from tests.functions.rights import beyond, rights

GET: dict[str, Any] = {"TableName": TABLE, "Key": {"pk": {"S": "k"}}}
WRITES: dict[str, Any] = {"TransactItems": [{"Update": {"TableName": TABLE}}, {"Delete": {"TableName": TABLE}}]}
QUERY: dict[str, Any] = {"TableName": VISITS, "IndexName": "due"}


def test_a_right_that_is_taken_away_is_missed() -> None:
    """A session cannot be created by a function that may not read one."""
    allowed = rights()["session_create"]
    assert beyond(allowed, "GetItem", GET) == set()
    assert beyond(allowed - {("capture", "GetItem")}, "GetItem", GET) == {("capture", "GetItem")}


@pytest.mark.parametrize(
    ("function", "operation", "request_", "missing"),
    [
        ("image_delete", "TransactWriteItems", WRITES, set()),
        ("token_validate", "TransactWriteItems", WRITES, {("capture", "DeleteItem")}),
        ("sweep", "Query", QUERY, set()),
        ("visits", "Query", QUERY, {("visits/index/due", "Query")}),
        ("bookings", "BatchGetItem", {"RequestItems": {VISITS: {}, TABLE: {}}}, {("capture", "BatchGetItem")}),
    ],
)
def test_requests_need_rights(function: str, operation: str, request_: dict[str, Any], missing: set[Any]) -> None:
    """Each write of a transaction, each table of a batch, and an index apart from its table."""
    assert beyond(rights()[function], operation, request_) == missing
