"""Behind the product's back: what a session became, and time that has run out."""

import time
from typing import Any

import httpx

from tests.e2e.aws import Aws

_KEY_LENGTH = 24  # a QR token begins with its session's key


class Cloud(Aws):
    """An administrator's view of the local cloud, with a hand on its clock."""

    def photos(self, encounter: str) -> dict[str, bytes]:
        """Return what the bucket holds for an encounter."""
        bucket, s3 = self.stack["bucket"], self.client("s3")
        keys = self.objects(f"sessions/FAC001/{encounter}/")
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    def expire_codes(self, token: str) -> None:
        """Let the time of every code of a session have run out a second ago."""
        key, table = self._session(token), self.client("dynamodb")
        item = table.get_item(TableName=self.stack["captureTable"], Key=key)["Item"]
        ended = {digest: _a_second_ago() for digest in item["tokens"]["M"]}
        self._change(token, "SET tokens = :ended", {"M": ended})

    def expire_session(self, token: str) -> None:
        """Let a session's life have run out a second ago."""
        self._change(token, "SET expiresAt = :ended", _a_second_ago())

    def _change(self, token: str, expression: str, ended: dict[str, Any]) -> None:
        """Change the record, and make the fast path read it again."""
        self.client("dynamodb").update_item(
            TableName=self.stack["captureTable"],
            Key=self._session(token),
            UpdateExpression=expression,
            ExpressionAttributeValues={":ended": ended},
        )
        answer = httpx.post(
            self.stack["redisRestUrl"],
            headers={"authorization": f"Bearer {self.stack['redisRestToken']}"},
            json=["DEL", f"bedside:local:session:{token[:_KEY_LENGTH]}"],
        )
        assert answer.status_code == 200, answer.text

    def _session(self, token: str) -> dict[str, Any]:
        return {"pk": {"S": token[:_KEY_LENGTH]}}


def _a_second_ago() -> dict[str, str]:
    return {"N": str(round(time.time() * 1000) - 1000)}
