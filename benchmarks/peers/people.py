"""Sign-ins that go on, people who look at themselves, and those who administer others."""

import base64
import os
from typing import Any

from boto3.dynamodb.conditions import Key

from benchmarks.peers import callers, clients, limits, models, persons, tokens
from benchmarks.peers.callers import Caller
from benchmarks.peers.records import ConditionFailedError, adding, read, together, update, updating
from benchmarks.peers.refusal import Refusal
from benchmarks.peers.sessions import iso

_RETRY_MS = 10_000
_PAGE = 50


def refresh(request: models.RefreshRequest) -> models.Pair:
    """Return the next pair of tokens; reuse of a refresh token ends its sign-in."""
    now = clients.now_ms()
    user_id, family, following = tokens.next_refresh(request.refresh_token)
    try:
        person = update(
            clients.people,
            user_id,
            "SET #families.#family.#digest = :next, #families.#family.#rotatedAt = :now",
            "#families.#family.#digest = :digest AND #families.#family.#endsAt > :now",
            {
                "digest": tokens.refresh_digest(request.refresh_token),
                "next": tokens.refresh_digest(following),
                "now": now,
            },
            {"family": family},
        )
    except ConditionFailedError as error:
        person = error.item or {}
        found = person.get("families", {}).get(family)
        if not found or found["endsAt"] <= now:
            raise Refusal(401, "unauthorized") from error
        if found["digest"] != tokens.refresh_digest(following) or now - found["rotatedAt"] > _RETRY_MS:
            clients.people.update_item(
                Key={"pk": user_id},
                UpdateExpression="REMOVE families.#family",
                ExpressionAttributeNames={"#family": family},
            )
            raise Refusal(401, "unauthorized") from error
    return persons.pair(person, family, following)


def me(authorization: str | None) -> models.User:
    """Return the caller as stored in DynamoDB."""
    who = callers.signed_in(authorization)
    return _self(who)


def profile(authorization: str | None) -> tuple[models.User, dict[str, str]]:
    """Return the caller's profile."""
    who = callers.signed_in(authorization)
    fields, _ = limits.count(limits.PROFILE, who.user_id)
    return _self(who), fields


def page(authorization: str | None, facility_id: str | None, cursor: str | None) -> tuple[models.Users, dict[str, str]]:
    """Return a page of a facility's people."""
    who = callers.admin(authorization)
    fields, _ = limits.count(limits.ADMIN, who.user_id)
    wanted = facility_id or who.facility_id
    if wanted is None or not who.covers(wanted):
        raise Refusal(422 if wanted is None else 403, "invalid-request" if wanted is None else "forbidden")
    query: dict[str, Any] = {
        "IndexName": "people-of-facility",
        "KeyConditionExpression": Key("facilityId").eq(wanted),
        "Limit": _PAGE,
    }
    if cursor:
        query["ExclusiveStartKey"] = {"facilityId": wanted, "pk": cursor}
    found = clients.people.query(**query)
    users = [persons.document(item) for item in found["Items"]]
    return models.Users(users=users, cursor=found.get("LastEvaluatedKey", {}).get("pk")), fields


def create(
    authorization: str | None, request: models.CreateRequest, address: str
) -> tuple[models.User, dict[str, str]]:
    """Add a person to a facility, or claim a patient without one."""
    who, now = callers.admin(authorization), clients.now_ms()
    fields, _ = limits.count(limits.ADMIN, who.user_id)
    if not who.covers(request.facility_id) or ("systemAdmin" in request.roles and not who.everywhere):
        raise Refusal(403, "forbidden")
    phone = persons.e164(request.phone)
    user_id, roles = persons.id_of(phone), list(dict.fromkeys(request.roles))
    values = {
        "phone": phone,
        "roles": roles,
        "facility": request.facility_id,
        "verification": "pending" if "clinician" in roles else "none",
        "now": now,
        "none": {},
        "empty": [],
        "zero": 0,
    }
    for act, condition, more in (
        ("create", "attribute_not_exists(#roles)", {}),
        ("take-over", "#roles = :alone AND attribute_not_exists(#facilityId)", {"alone": ["patient"]}),
    ):
        change = updating(
            clients.people,
            user_id,
            "SET #phone = :phone, #roles = :roles, #facilityId = :facility, #verification = :verification, "
            "#createdAt = :now, #families = :none, #sends = if_not_exists(#sends, :empty), #failures = :zero "
            "REMOVE #ttl, #displayName, #lastSignInAt, #code",
            condition,
            values | more,
        )
        entry = _entry(act, who, user_id, request.facility_id, address, after=" ".join(roles))
        try:
            together(clients.people, change, entry)
        except ConditionFailedError:
            continue
        return persons.document(read(clients.people, user_id) or {}), fields
    raise Refusal(409, "user-exists")


def set_roles(
    authorization: str | None, user_id: str, request: models.RolesRequest, address: str
) -> tuple[models.User, dict[str, str]]:
    """Change a person's roles."""
    who = callers.admin(authorization)
    fields, _ = limits.count(limits.ROLE_CHANGES, who.user_id)
    if user_id == who.user_id or ("systemAdmin" in request.roles and not who.everywhere):
        raise Refusal(403, "forbidden")
    person = read(clients.people, user_id)
    if person is None or not person.get("roles") or not who.covers(person.get("facilityId")):
        raise Refusal(404, "user-not-found")
    if "systemAdmin" in person["roles"] and not who.everywhere:
        raise Refusal(403, "forbidden")
    wanted, before = list(dict.fromkeys(request.roles)), list(person["roles"])
    if "facilityId" not in person and {"clinician", "facilityAdmin"} & set(wanted):
        raise Refusal(422, "invalid-request")
    verification = person["verification"] if "clinician" in before else "pending"
    change = updating(
        clients.people,
        user_id,
        "SET #roles = :roles, #verification = :verification",
        "#roles = :before AND #verification = :verified",
        {
            "roles": wanted,
            "verification": verification if "clinician" in wanted else "none",
            "before": before,
            "verified": person["verification"],
        },
    )
    facility = person.get("facilityId")
    entry = _entry("set-roles", who, user_id, facility, address, before=" ".join(before), after=" ".join(wanted))
    try:
        together(clients.people, change, entry)
    except ConditionFailedError as error:
        raise Refusal(503, "unavailable", {"Retry-After": "1"}) from error
    return persons.document(read(clients.people, user_id) or {}), fields


def _self(who: Caller) -> models.User:
    person = read(clients.people, who.user_id)
    if person is None or who.family not in person.get("families", {}):
        raise Refusal(401, "unauthorized")
    return persons.document(person)


def _entry(act: str, who: Caller, whom: str, facility_id: str | None, address: str, **told: str) -> dict[str, Any]:
    at = iso(clients.now_ms())
    unique = base64.b32encode(os.urandom(5)).decode().lower()
    entry = {"at": at, "act": act, "by": who.user_id, "whom": whom, "origin": address, **told}
    return adding(clients.trail, {"pk": facility_id or "-", "sk": f"{at}#{unique}", **entry})
