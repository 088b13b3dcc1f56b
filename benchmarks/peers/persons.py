"""A person's item in DynamoDB, which the product keeps in the same shape."""

import base64
from typing import Any

import phonenumbers

from benchmarks.peers import clients, facilities, models, tokens
from benchmarks.peers.refusal import Refusal
from benchmarks.peers.sessions import iso

LOCK = 100
_ACCESS_LIFE_S = 900
_COUNTRIES = {"NZ", "AU", "US", "CA", "GB"}
_PAID = {
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.UAN,
    phonenumbers.PhoneNumberType.VOICEMAIL,
    phonenumbers.PhoneNumberType.PAGER,
    phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
}

type Person = dict[str, Any]


def e164(text: str) -> str:
    """Return a number in E.164; rejects numbers of countries that are not served."""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException as error:
        raise Refusal(422, "invalid-request") from error
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise Refusal(422, "invalid-request")
    country = phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )
    if country not in _COUNTRIES or phonenumbers.number_type(number) in _PAID:
        raise Refusal(422, "invalid-request")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def id_of(phone: str) -> str:
    """Return the id of the person with this number."""
    return base64.b32encode(clients.keyed_hash(f"person\n{phone}")[:15]).decode().lower()


def document(person: Person) -> models.User:
    """Return a person as callers see them."""
    name, zone = facilities.known(person.get("facilityId"))
    return models.User(
        user_id=person["pk"],
        phone=person["phone"],
        display_name=person.get("displayName"),
        roles=list(person.get("roles", ())),
        facility_id=person.get("facilityId"),
        facility_name=name,
        facility_time_zone=zone,
        verification=person.get("verification", "none"),
        locked=person.get("failures", 0) >= LOCK,
        locked_until=None,
        created_at=_instant(person.get("createdAt")),
        last_sign_in_at=_instant(person.get("lastSignInAt")),
        deactivated_at=_instant(person.get("deactivatedAt")),
        invited_at=_instant(person.get("invitedAt")),
        removable=not (person.get("lastSignInAt") or person.get("families") or person.get("signedInBefore")),
    )


def pair(person: Person, family: str, refresh: str) -> models.Pair:
    """Return a new access token with the refresh token of a signed-in person."""
    claims = {"sub": person["pk"], "fam": family, "exp": clients.now_ms() + _ACCESS_LIFE_S * 1000}
    return models.Pair(
        access_token=tokens.sign(tokens.ACCESS, claims),
        refresh_token=refresh,
        expires_in=_ACCESS_LIFE_S,
        user=document(person),
    )


def _instant(at: int | None) -> str | None:
    return None if at is None else iso(int(at))
