"""Behind the product's back: its tables, its bucket, its logs, through the addresses in the stack file."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer

from deploy import stack

_READ = TypeDeserializer().deserialize


class Aws:
    """An administrator's view of the local cloud."""

    def __init__(self, described: dict[str, Any]) -> None:
        self.stack = described
        self.client = cache(self._client)
        self._clients: list[Any] = []

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def items(self, table: str, owners: Collection[str]) -> Iterator[dict[str, Any]]:
        """Return what a table keeps of facilities and people, in its spelling: "capture", "identity", "audit"."""
        names = {f":{number}": {"S": owner} for number, owner in enumerate(owners)}
        one_of = f"IN ({', '.join(names)})"
        pages = self.client("dynamodb").get_paginator("scan")
        for page in pages.paginate(
            TableName=f"bedside-{table}-local",
            FilterExpression=f"facilityId {one_of} OR pk {one_of} OR whom {one_of}",
            ExpressionAttributeValues=names,
        ):
            yield from page["Items"]

    def everything(self, table: str) -> Iterator[dict[str, Any]]:
        """Return all that the table of "visits" or "webhooks" keeps, in its spelling."""
        for page in self.client("dynamodb").get_paginator("scan").paginate(TableName=f"bedside-{table}-local"):
            yield from page["Items"]

    def resource(self, name: str) -> str:
        """Return what AWS calls something of the template: a function by its name, a queue by its address."""
        return stack.resources(self.client("cloudformation"), stack.LOCAL)[name]

    @contextmanager
    def configured(self, *names: str, **variables: str) -> Iterator[None]:
        """Run functions of the template with other environment variables, and with their own again afterwards.

        Either way they start anew, and whatever they are serving at that moment fails.
        """
        functions = self.client("lambda")
        before = {
            function: functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
            for function in map(self.resource, names)
        }
        try:
            for function, own in before.items():
                self.configure(function, Environment={"Variables": own | variables})
            yield
        finally:
            for function, own in before.items():
                self.configure(function, Environment={"Variables": own})

    def configure(self, function: str, **settings: Any) -> None:
        """Change a function's configuration, also for its calls if those go to a published version."""
        functions = self.client("lambda")
        functions.update_function_configuration(FunctionName=function, **settings)
        for alias in functions.list_aliases(FunctionName=function)["Aliases"]:
            version = functions.publish_version(FunctionName=function)["Version"]
            functions.update_alias(FunctionName=function, Name=alias["Name"], FunctionVersion=version)

    def person(self, user_id: str) -> dict[str, Any]:
        """Return the record of a person; empty where there is none."""
        answer = self.client("dynamodb").get_item(TableName="bedside-identity-local", Key={"pk": {"S": user_id}})
        return {name: _READ(value) for name, value in answer.get("Item", {}).items()}

    def set_person(self, user_id: str, name: str, value: int) -> None:
        """Change a number in the record of a person."""
        self.client("dynamodb").update_item(
            TableName="bedside-identity-local",
            Key={"pk": {"S": user_id}},
            UpdateExpression="SET #name = :value",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": {"N": str(value)}},
        )

    def objects(self, prefix: str) -> dict[str, str]:
        """Return the bucket's objects under a prefix, each with what the bucket knows its content by."""
        found = self.client("s3").list_objects_v2(Bucket=self.stack["bucket"], Prefix=prefix).get("Contents", [])
        return {item["Key"]: item["ETag"] for item in found}

    def head(self, key: str) -> dict[str, Any]:
        """Return what the bucket says about an object, with its checksum."""
        answer: dict[str, Any] = self.client("s3").head_object(
            Bucket=self.stack["bucket"], Key=key, ChecksumMode="ENABLED"
        )
        return answer

    def log_lines(self, since_ms: int) -> list[str]:
        """Return what all functions have written since then."""
        pages = self.client("logs").get_paginator("filter_log_events")
        groups = ("/bedside/local/functions", "/bedside/local/access")
        return [
            event["message"]
            for group in groups
            for page in pages.paginate(logGroupName=group, startTime=since_ms)
            for event in page["events"]
        ]

    def _client(self, service: str) -> Any:
        make: Any = boto3.session.Session().client  # its stubs know services by literal name only
        client = make(
            service,
            endpoint_url=self.stack["awsEndpointUrl"],
            region_name=self.stack["region"],
            aws_access_key_id=self.stack["awsAccessKeyId"],
            aws_secret_access_key=self.stack["awsSecretAccessKey"],
        )
        self._clients.append(client)
        return client
