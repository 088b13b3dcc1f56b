"""The peer does its work correctly: what is measured against is no straw man."""

import asyncio
import base64
import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from benchmarks.events import http_event
from benchmarks.invoke import Context
from tests.fakes.serving import Handler, serving

PHONE = "+64212345678"

type Call = Callable[[str, dict[str, str]], tuple[int, Any]]


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """The peer's own handler, on moto and on a Redis that can count."""
    counts = Counter[str]()

    class Counting(Handler):
        def do_POST(self) -> None:  # noqa: N802  # the name is http.server's
            asked = json.loads(self.body())
            commands = asked if isinstance(asked[0], list) else [asked]
            results = [{"result": self.count(*command)} for command in commands]
            self.answer(200, json.dumps(results if commands is asked else results[0]).encode())

        def count(self, name: str, key: str, *rest: Any) -> int:
            if name == "EXPIRE":
                return 1
            counts[key] += 1 if name == "INCR" else -int(rest[0])
            return counts[key]

    for name, value in {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
        "TABLE_NAME": "people",
        "SECRETS_PATH": "/peer",
    }.items():
        monkeypatch.setenv(name, value)
    # Mangum takes the loop that it finds, and closes none.
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    with closing(loop), mock_aws(), serving(Counting) as redis:
        key = base64.b64encode(b"k" * 32).decode()
        values = {
            "redis-url": redis,
            "redis-token": "t",
            "signing-keys": json.dumps({"a": key}),
            "pseudonym-key": key,
        }
        for name, value in values.items():
            boto3.client("ssm").put_parameter(Name=f"/peer/{name}", Value=value, Type="SecureString")
        boto3.client("dynamodb").create_table(
            TableName="people",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )
        module = importlib.import_module("benchmarks.peers.otp")

        def call(path: str, body: dict[str, str]) -> tuple[int, Any]:
            answer = module.handler(http_event(f"POST {path}", body), Context())
            return answer["statusCode"], json.loads(answer["body"])

        yield call
        # It reads its secrets when it is imported.
        del sys.modules["benchmarks.peers.otp"]
    asyncio.set_event_loop(None)


def _code() -> str:
    found = re.search(r"#([0-9]{6})$", sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages.popitem()[1][1])
    assert found
    return found[1]


def test_a_code_signs_in_once(peer: Call) -> None:
    """The second use of a code is one more wrong code."""
    assert peer("/otp/send", {"phone": PHONE}) == (202, {"expiresIn": 300, "resendAfter": 30})
    code = _code()
    status, pair = peer("/otp/verify", {"phone": PHONE, "otp": code})
    assert (status, pair["user"]["phone"], pair["user"]["roles"]) == (200, PHONE, ["patient"])
    assert peer("/otp/verify", {"phone": PHONE, "otp": code})[0] == 401


def test_a_code_can_be_guessed_at_five_times(peer: Call) -> None:
    """Then the right one is refused as well."""
    peer("/otp/send", {"phone": PHONE})
    code = _code()
    wrong = "000000" if code != "000000" else "111111"
    assert [peer("/otp/verify", {"phone": PHONE, "otp": wrong})[0] for _ in range(6)] == [401] * 5 + [429]
    assert peer("/otp/verify", {"phone": PHONE, "otp": code})[0] == 429


def test_within_the_cool_down_nothing_is_sent(peer: Call) -> None:
    """Who asks again is told to wait."""
    peer("/otp/send", {"phone": PHONE})
    _code()
    status, answer = peer("/otp/send", {"phone": PHONE})
    assert (status, answer["resendAfter"] <= 30) == (202, True)
    assert not sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages


def test_what_is_no_number_is_refused(peer: Call) -> None:
    """A number of a country that is not served is refused like one that is none."""
    assert [peer("/otp/send", {"phone": phone})[0] for phone in ("12", "+33612345678")] == [422, 422]
