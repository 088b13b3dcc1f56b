"""Behind the product's back: its record, its bucket and its keys, through the addresses in the stack file."""

import json
import time
from base64 import b64decode
from typing import Any

import boto3
import httpx

from bedside.identity.tokens import issue_access_token

_KEY_LENGTH = 24  # a QR token begins with its session's key


class Cloud:
    """An administrator's view of the local cloud."""

    def __init__(self, stack: dict[str, Any]) -> None:
        self._stack = stack
        self._clients: list[Any] = []

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def objects(self, encounter: str) -> dict[str, bytes]:
        """Return what the bucket holds for an encounter."""
        bucket = self._stack["bucket"]
        s3 = self._client("s3")
        found = s3.list_objects_v2(Bucket=bucket, Prefix=f"sessions/FAC001/{encounter}/").get("Contents", [])
        return {item["Key"]: s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in found}

    def head(self, key: str) -> dict[str, Any]:
        """Return what the bucket says about an object, with its checksum."""
        answer: dict[str, Any] = self._client("s3").head_object(
            Bucket=self._stack["bucket"], Key=key, ChecksumMode="ENABLED"
        )
        return answer

    def expire_codes(self, token: str) -> None:
        """Let the time of every code of a session have run out a second ago."""
        key, table = self._session(token), self._client("dynamodb")
        item = table.get_item(TableName=self._stack["captureTable"], Key=key)["Item"]
        ended = {digest: _a_second_ago() for digest in item["tokens"]["M"]}
        self._change(token, "SET tokens = :ended", {"M": ended})

    def expire_session(self, token: str) -> None:
        """Let a session's life have run out a second ago."""
        self._change(token, "SET expiresAt = :ended", _a_second_ago())

    def clinician_of(self, facility: str) -> str:
        """Return an access token of a clinician of another facility."""
        ssm = self._client("ssm")
        text = ssm.get_parameter(Name="/bedside/local/signing-keys", WithDecryption=True)["Parameter"]["Value"]
        keys = {name: b64decode(key) for name, key in json.loads(text).items()}
        now = round(time.time() * 1000)
        return issue_access_token(
            keys, user_id="someone", facility_id=facility, roles=["clinician"], now_ms=now, ttl_seconds=600
        )

    def _change(self, token: str, expression: str, ended: dict[str, Any]) -> None:
        """Change the record, and make the fast path read it again."""
        self._client("dynamodb").update_item(
            TableName=self._stack["captureTable"],
            Key=self._session(token),
            UpdateExpression=expression,
            ExpressionAttributeValues={":ended": ended},
        )
        answer = httpx.post(
            self._stack["redisRestUrl"],
            headers={"authorization": f"Bearer {self._stack['redisRestToken']}"},
            json=["DEL", f"bedside:local:session:{token[:_KEY_LENGTH]}"],
        )
        assert answer.status_code == 200, answer.text

    def _session(self, token: str) -> dict[str, Any]:
        return {"pk": {"S": token[:_KEY_LENGTH]}}

    def _client(self, service: str) -> Any:
        make: Any = boto3.session.Session().client  # its stubs know services by literal name only
        client = make(
            service,
            endpoint_url=self._stack["awsEndpointUrl"],
            region_name=self._stack["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        self._clients.append(client)
        return client


def _a_second_ago() -> dict[str, str]:
    return {"N": str(round(time.time() * 1000) - 1000)}
