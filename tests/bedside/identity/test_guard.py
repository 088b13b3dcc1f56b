"""Who may call: the header's scheme, the token, the role."""

import pytest

from bedside.errors import ForbiddenError, UnauthorizedError
from bedside.identity import guard
from bedside.identity.tokens import Principal, UploadCredential, issue_access_token, issue_upload_token

KEYS = {"1": b"o" * 32}
NOW = 1_795_228_312_345
CREDENTIAL = UploadCredential("k" * 24, NOW, "FAC001", "ENC-1", NOW + 1000)


def access(*roles: str) -> str:
    token = issue_access_token(KEYS, user_id="u", facility_id="FAC001", roles=roles, now_ms=NOW, ttl_seconds=60)
    return f"Bearer {token}"


PHONE = f"Bearer {issue_upload_token(KEYS, CREDENTIAL)}"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc", "Bearerabc"])
def test_a_bearer_token_is_needed(header: str | None) -> None:
    """Everything else in the header is unauthorized."""
    with pytest.raises(UnauthorizedError):
        guard.bearer(header)


@pytest.mark.parametrize("header", ["Bearer a.b", "bearer a.b", "BEARER  a.b "])
def test_the_scheme_is_read_as_http_does(header: str) -> None:
    """Its case and the spaces around the token do not matter."""
    assert guard.bearer(header) == "a.b"


def test_a_clinician_is_let_in() -> None:
    """Whoever has the role, alone or among others."""
    who = Principal("u", "FAC001", ("clinician",))
    assert guard.clinician(access("clinician"), KEYS, NOW) == who
    assert guard.clinician_or_phone(access("clinician"), KEYS, NOW) == who
    assert guard.clinician(access("facilityAdmin", "clinician"), KEYS, NOW).user_id == "u"


@pytest.mark.parametrize("roles", [(), ("patient",), ("clinicians",), ("systemAdmin", "facilityAdmin")])
def test_others_are_not(roles: tuple[str, ...]) -> None:
    """A valid token without the role is forbidden."""
    with pytest.raises(ForbiddenError):
        guard.clinician(access(*roles), KEYS, NOW)
    with pytest.raises(ForbiddenError):
        guard.clinician_or_phone(access(*roles), KEYS, NOW)


def test_a_phone_is_let_in_where_phones_may() -> None:
    """Its credential is read where a phone may call, and nowhere else."""
    assert guard.phone(PHONE, KEYS, NOW) == CREDENTIAL
    assert guard.clinician_or_phone(PHONE, KEYS, NOW) == CREDENTIAL
    with pytest.raises(UnauthorizedError):
        guard.clinician(PHONE, KEYS, NOW)
    with pytest.raises(UnauthorizedError):
        guard.phone(access("clinician"), KEYS, NOW)
    with pytest.raises(UnauthorizedError):
        guard.clinician_or_phone("Bearer x", KEYS, NOW)
