"""One-time codes: sent, checked and used, each count one conditional write."""

import hmac
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from benchmarks.peers import clients, limits, models, persons, tokens
from benchmarks.peers.persons import LOCK
from benchmarks.peers.records import ConditionFailedError, read, together, update, updating
from benchmarks.peers.refusal import Refusal

LIFE_S = 300
RESEND_S = 30
_SIGN_IN_LIFE_MS = 43_200_000
_CHECKS = 5
_USE_PAYS = 5
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_HOURLY, _DAILY = 5, 10


def send(request: models.SendRequest, address: str) -> tuple[models.Sent, dict[str, str]]:
    """Send a new code, or say how long the last one holds."""
    now = clients.now_ms()
    fields, _ = limits.count(limits.OTP_SEND, address)
    phone = persons.e164(request.phone)
    user_id = persons.id_of(phone)
    person = read(clients.people, user_id) or {}
    if person.get("failures", 0) >= LOCK:
        raise Refusal(429, "too-many-attempts", {"Retry-After": "86400"})
    following = int(person.get("nextSendAt", 0))
    if following > now:
        wait = -((now - following) // 1000)
        return models.Sent(phone=phone, expires_in=wait + LIFE_S - RESEND_S, resend_after=wait), fields
    sends = [int(at) for at in person.get("sends", ()) if at > now - _DAY_MS]
    if len(sends) >= _DAILY or sum(at > now - _HOUR_MS for at in sends) >= _HOURLY:
        raise Refusal(429, "too-many-codes", {"Retry-After": "3600"})
    code = f"{secrets.randbelow(10**6):06}"
    _record(person, user_id, phone, code, address, sends, now)
    host = urlsplit(clients.ORIGIN).hostname
    clients.sns.publish(
        PhoneNumber=phone,
        Message=f"{code} is your Bedside code. It is valid for 5 minutes. Never share it.\n\n@{host} #{code}",
        MessageAttributes={
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
            "AWS.SNS.SMS.MaxPrice": {"DataType": "Number", "StringValue": "0.50"},
        },
    )
    return models.Sent(phone=phone, expires_in=LIFE_S, resend_after=RESEND_S), fields


def verify(request: models.VerifyRequest, address: str) -> tuple[models.SignIn, dict[str, str]]:
    """Trade a code for a sign-in, once."""
    now = clients.now_ms()
    fields, _ = limits.count(limits.OTP_VERIFY, address)
    phone = persons.e164(request.phone)
    user_id = persons.id_of(phone)
    person = _count_check(user_id, now)
    digest = _digest(user_id, request.otp)
    if not any(hmac.compare_digest(sent, digest) for sent in person["codes"]):
        raise Refusal(401, "otp-invalid")
    family, refresh = tokens.first_refresh(user_id)
    sign_in = {"digest": tokens.refresh_digest(refresh), "rotatedAt": now, "endsAt": now + _SIGN_IN_LIFE_MS}
    change = updating(
        clients.people,
        user_id,
        "SET #checks = :zero, #failures = :zero, #sends = :none, #nextSendAt = :zero, "
        "#families.#family = :family, #lastSignInAt = :now, "
        "#createdAt = if_not_exists(#createdAt, :now), #roles = if_not_exists(#roles, :patient), "
        "#verification = if_not_exists(#verification, :unverified) REMOVE #codes, #codesEndAt, #ttl",
        "#codes.#digest > :now",
        {
            "zero": 0,
            "family": sign_in,
            "now": now,
            "patient": ["patient"],
            "unverified": "none",
            "none": [],
        },
        {"family": family, "digest": digest},
    )
    try:
        together(clients.people, change, *_credits(phone, address, _USE_PAYS, now))
    except ConditionFailedError as error:
        raise Refusal(401, "otp-invalid") from error
    known = {"roles": ["patient"], "createdAt": now, **person, "failures": 0, "lastSignInAt": now}
    pair = persons.pair(known, family, refresh)
    device = f"{family}{now:011x}"
    token = device + tokens.tag(f"device\n{user_id}\n{device}")
    return models.SignIn(**dict(pair), device_token=token), fields


def _record(
    person: dict[str, Any], user_id: str, phone: str, code: str, address: str, sends: list[int], now: int
) -> None:
    values = {
        "phone": phone,
        "sends": [*sends, now],
        "codes": {
            **{digest: ends for digest, ends in person.get("codes", {}).items() if ends > now},
            _digest(user_id, code): now + LIFE_S * 1000,
        },
        "ends": now + LIFE_S * 1000,
        "next": now + RESEND_S * 1000,
        "zero": 0,
        "none": {},
        "before": person.get("sends", []),
    }
    sets = (
        "SET #phone = :phone, #sends = :sends, #codes = :codes, #codesEndAt = :ends, #nextSendAt = :next, "
        "#checks = :zero, #failures = if_not_exists(#failures, :zero), #families = if_not_exists(#families, :none)"
    )
    condition = "(attribute_not_exists(#sends) OR #sends = :before)"
    if not person.get("roles"):
        sets += ", #ttl = :ttl"
        condition += " AND attribute_not_exists(#roles) AND (attribute_not_exists(#failures) OR #failures < :lock)"
        values |= {"ttl": now // 1000 + 30 * 86_400, "lock": LOCK}
    try:
        together(
            clients.people,
            updating(clients.people, user_id, sets, condition, values),
            *_credits(phone, address, -1, now),
        )
    except ConditionFailedError as error:
        if error.index == 0:
            raise Refusal(503, "unavailable", {"Retry-After": "1"}) from error
        left = 3600 - datetime.now(UTC).minute * 60
        raise Refusal(429, "too-many-codes", {"Retry-After": str(left)}) from error


def _count_check(user_id: str, now: int) -> dict[str, Any]:
    """Count a check before it is made."""
    try:
        return update(
            clients.people,
            user_id,
            "SET #checks = #checks + :one, #failures = #failures + :one",
            "#codesEndAt > :now AND #checks < :checks AND #failures < :lock",
            {"one": 1, "now": now, "checks": _CHECKS, "lock": LOCK},
        )
    except ConditionFailedError as error:
        person = error.item or {}
        if person.get("failures", 0) >= LOCK or person.get("checks", 0) >= _CHECKS:
            raise Refusal(429, "too-many-attempts", {"Retry-After": str(RESEND_S)}) from error
        raise Refusal(401, "otp-invalid") from error


def _credits(phone: str, address: str, amount: int, now: int) -> list[dict[str, Any]]:
    """Return the updates of this hour's quotas for the number's prefix and for the address."""
    hour = now // _HOUR_MS
    digest = clients.keyed_hash(f"address\n{address}").hex()[:24]
    purses = {f"prefix#{phone[:6]}": clients.PREFIX_ALLOWANCE, f"address#{digest}": clients.ADDRESS_ALLOWANCE}
    return [
        updating(
            clients.people,
            f"{name}#{hour}",
            "SET #credit = if_not_exists(#credit, :allowance) + :amount, #ttl = :ttl",
            "attribute_not_exists(#credit) OR #credit > :floor",
            {
                "allowance": allowance,
                "amount": amount,
                "floor": 0 if amount < 0 else -(10**9),
                "ttl": (hour + 2) * 3600,
            },
        )
        for name, allowance in purses.items()
    ]


def _digest(user_id: str, code: str) -> str:
    return clients.mac(f"code\n{user_id}\n{code}").hex()
