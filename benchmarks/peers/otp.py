"""One-time codes the usual way: one FastAPI application behind Mangum, boto3 resources, upstash-redis.

It does the same work in the same number of writes to the same kind of item, correctly: a code is kept as a keyed hash,
a check is counted before it is made, and exactly one request trades the code for a sign-in. What keeps numbers from
being sent too much are counters in Redis, where such code usually has them.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

import boto3
import phonenumbers
from botocore.exceptions import ClientError
from fastapi import FastAPI, HTTPException, Request
from itsdangerous import URLSafeSerializer
from mangum import Mangum
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from upstash_redis import Redis

LIFE_S = 300
RESEND_S = 30
SIGN_IN_LIFE_S = 43_200
ACCESS_LIFE_S = 900
CHECKS = 5
LOCK = 100
COUNTRIES = {"NZ", "AU", "US", "CA", "GB"}

_path = os.environ["SECRETS_PATH"]
_found = boto3.client("ssm").get_parameters(
    Names=[f"{_path}/{name}" for name in ("redis-url", "redis-token", "signing-keys", "pseudonym-key")],
    WithDecryption=True,
)
_secrets = {each["Name"].rsplit("/", 1)[1]: each["Value"] for each in _found["Parameters"]}
_key = base64.b64decode(_secrets["pseudonym-key"])
_kid, _signing_key = list(json.loads(_secrets["signing-keys"]).items())[-1]
redis = Redis(_secrets["redis-url"], _secrets["redis-token"], allow_telemetry=False)
table: Any = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])  # items of any shape
sns = boto3.client("sns")
app = FastAPI(openapi_url=None)


def _e164(text: str) -> str:
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a phone number") from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError("not a phone number")
    if phonenumbers.region_code_for_number(number) not in COUNTRIES:
        raise ValueError("a country that is not served")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class SendRequest(Wire):
    phone: Annotated[str, AfterValidator(_e164)]


class SendAnswer(Wire):
    expires_in: int
    resend_after: int


class VerifyRequest(Wire):
    phone: Annotated[str, AfterValidator(_e164)]
    otp: str = Field(pattern=r"^[0-9]{6}$")


class User(Wire):
    user_id: str
    phone: str
    display_name: str | None
    roles: list[str]
    facility_id: str | None
    verification: str
    locked: bool
    created_at: str
    last_sign_in_at: str


class VerifyAnswer(Wire):
    access_token: str
    refresh_token: str
    expires_in: int
    user: User


@app.post("/otp/send", status_code=202)
def send(request: SendRequest, call: Request) -> SendAnswer:
    """Send a new code, or say how long the last one holds."""
    now, user_id = int(time.time()), _user_id(request.phone)
    person = table.get_item(Key={"pk": user_id}, ConsistentRead=True).get("Item", {})
    before = _whole(person.get("nextSendAt", 0))
    if _whole(person.get("failures", 0)) >= LOCK:
        raise HTTPException(429, "too-many-attempts", {"Retry-After": "86400"})
    if before > now:
        return SendAnswer(expires_in=LIFE_S - (now + RESEND_S - before), resend_after=before - now)
    _count_send(request.phone, call, now)
    code = f"{secrets.randbelow(10**6):06}"
    try:
        table.update_item(
            Key={"pk": user_id},
            UpdateExpression=(
                "SET phone = :phone, oneTimeCode = :code, nextSendAt = :next, "
                "failures = if_not_exists(failures, :zero), signIns = if_not_exists(signIns, :none)"
            ),
            ConditionExpression="attribute_not_exists(nextSendAt) OR nextSendAt = :before",
            ExpressionAttributeValues={
                ":phone": request.phone,
                ":code": {"digest": _digest(user_id, code), "expiresAt": now + LIFE_S, "checks": 0},
                ":next": now + RESEND_S,
                ":before": before,
                ":zero": 0,
                ":none": {},
            },
        )
    except ClientError as error:
        raise HTTPException(503, "unavailable") from error
    text = f"{code} is your Bedside code. It is valid for 5 minutes. Never share it.\n\n@localhost #{code}"
    sns.publish(
        PhoneNumber=request.phone,
        Message=text,
        MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
    )
    return SendAnswer(expires_in=LIFE_S, resend_after=RESEND_S)


@app.post("/otp/verify")
def verify(request: VerifyRequest, call: Request) -> VerifyAnswer:
    """Trade a code for a sign-in."""
    now, user_id = int(time.time()), _user_id(request.phone)
    person = _count_check(user_id, now)
    if not hmac.compare_digest(str(person["oneTimeCode"]["digest"]), _digest(user_id, request.otp)):
        raise HTTPException(401, "otp-invalid")
    family, refresh = secrets.token_hex(10), secrets.token_urlsafe(32)
    try:
        person = table.update_item(
            Key={"pk": user_id},
            UpdateExpression=(
                "SET failures = :zero, signIns.#family = :family, lastSignInAt = :now, "
                "createdAt = if_not_exists(createdAt, :now), #roles = if_not_exists(#roles, :patient) "
                "REMOVE oneTimeCode"
            ),
            ConditionExpression="oneTimeCode.digest = :digest AND oneTimeCode.expiresAt > :now",
            ExpressionAttributeNames={"#family": family, "#roles": "roles"},
            ExpressionAttributeValues={
                ":zero": 0,
                ":family": {"digest": hashlib.sha256(refresh.encode()).hexdigest(), "endsAt": now + SIGN_IN_LIFE_S},
                ":now": now,
                ":patient": ["patient"],
                ":digest": person["oneTimeCode"]["digest"],
            },
            ReturnValues="ALL_NEW",
        )["Attributes"]
    except ClientError as error:
        raise HTTPException(401, "otp-invalid") from error
    pipeline = redis.pipeline()
    for key in _unused(request.phone, call, now):
        pipeline.decrby(key, 5)
    pipeline.exec()
    token = URLSafeSerializer(_signing_key, "access token").dumps([user_id, family, now + ACCESS_LIFE_S])
    return VerifyAnswer(
        access_token=f"{_kid}.{token}",
        refresh_token=f"{user_id}.{family}.{refresh}",
        expires_in=ACCESS_LIFE_S,
        user=_user(person),
    )


def _count_send(phone: str, call: Request, now: int) -> None:
    """Count in one request; a counter goes when its window does."""
    limits = {
        f"send:{phone}:{now // 3600}": (5, 3600),
        f"send:{phone}:{now // 86_400}": (10, 86_400),
    } | dict.fromkeys(_unused(phone, call, now), (1000, 3600))
    pipeline = redis.pipeline()
    for key, (_, window) in limits.items():
        pipeline.incr(key)
        pipeline.expire(key, window, nx=True)
    counts: list[Any] = pipeline.exec()[::2]
    for (most, window), count in zip(limits.values(), counts, strict=True):
        if count > most:
            raise HTTPException(429, "too-many-codes", {"Retry-After": str(window)})


def _count_check(user_id: str, now: int) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = table.update_item(
            Key={"pk": user_id},
            UpdateExpression="SET oneTimeCode.checks = oneTimeCode.checks + :one, failures = failures + :one",
            ConditionExpression=(
                "attribute_exists(oneTimeCode) AND oneTimeCode.expiresAt > :now AND oneTimeCode.checks < :checks "
                "AND failures < :lock"
            ),
            ExpressionAttributeValues={":one": 1, ":now": now, ":checks": CHECKS, ":lock": LOCK},
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )["Attributes"]
    except ClientError as error:
        response: Any = error.response
        stood: dict[str, Any] = response.get("Item", {})
        checks = stood.get("oneTimeCode", {}).get("M", {}).get("checks", {}).get("N", "0")
        if int(checks) >= CHECKS:
            raise HTTPException(429, "too-many-attempts", {"Retry-After": str(RESEND_S)}) from error
        raise HTTPException(401, "otp-invalid") from error
    return answer


def _user(person: dict[str, Any]) -> User:
    return User(
        user_id=person["pk"],
        phone=person["phone"],
        display_name=person.get("displayName"),
        roles=person["roles"],
        facility_id=person.get("facilityId"),
        verification=person.get("verification", "none"),
        locked=_whole(person["failures"]) >= LOCK,
        created_at=datetime.fromtimestamp(_whole(person["createdAt"]), UTC).isoformat(),
        last_sign_in_at=datetime.fromtimestamp(_whole(person["lastSignInAt"]), UTC).isoformat(),
    )


def _whole(value: int | Decimal) -> int:
    return int(value)


def _user_id(phone: str) -> str:
    return base64.b32encode(hmac.digest(_key, f"person\n{phone}".encode(), "sha256")[:15]).decode().lower()


def _digest(user_id: str, code: str) -> str:
    return hmac.digest(_key, f"code\n{user_id}\n{code}".encode(), "sha256").hex()


def _unused(phone: str, call: Request, now: int) -> list[str]:
    """Name the counters of codes that were not used: of the number's block, and of the address that asks."""
    address = call.client.host if call.client else ""
    return [f"unused:{each}:{now // 3600}" for each in (phone[:6], address)]


handler = Mangum(app, lifespan="off")
