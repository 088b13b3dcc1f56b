"""DynamoDB in memory, behind the wire: the operations and expressions that the product and its tests use."""

from tests.fakes.dynamodb.errors import NotFakedError
from tests.fakes.dynamodb.server import DynamoDb
from tests.fakes.dynamodb.tables import Schema

__all__ = ["DynamoDb", "NotFakedError", "Schema"]
