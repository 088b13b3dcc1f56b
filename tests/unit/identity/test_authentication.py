"""Who may call: the header's scheme, the token, the sign-in in the record, the role, the verification."""

from typing import TYPE_CHECKING, Any, cast

import pytest

from bedside.identity.authentication import Authenticator, bearer
from bedside.identity.authorization import Authorizer
from bedside.identity.errors import NotVerifiedError, UnauthorizedError
from bedside.identity.keyring import KeyRing
from bedside.identity.person import Person, person_from_record
from bedside.identity.person_cache import PersonCache
from bedside.identity.principal import Admin, Clinician, Principal
from bedside.identity.tokens import AccessClaims, UploadCredential, issue_access_token, issue_upload_token
from bedside.kernel.errors import BedsideError, ForbiddenError, UnavailableError

if TYPE_CHECKING:
    from bedside.identity.person_repository import PersonRepository

KEYS = {"1": b"o" * 32}
RING = KeyRing(KEYS, lambda: KEYS)
NOW = 1_795_228_312_345
USER, FAMILY = "u" * 24, "f" * 16
CREDENTIAL = UploadCredential("k" * 24, NOW, "FAC001", "ENC-1", NOW + 1000)
PHONE = f"Bearer {issue_upload_token(RING, CREDENTIAL)}"
TOKEN = f"Bearer {issue_access_token(RING, AccessClaims(USER, FAMILY), NOW + 900_000)}"
ORIGIN = "203.0.113.7"


class Record:
    """One person, and how often they were read; `broken` makes that fail."""

    def __init__(self) -> None:
        self.person: Person | None = None
        self.reads = 0
        self.broken = False

    def find_unscoped(self, user_id: str) -> Person | None:
        self.reads += 1
        if self.broken:
            raise UnavailableError
        return self.person if self.person and self.person.user_id == user_id else None

    def hold(self, *roles: str, **changes: Any) -> None:
        item = {
            "pk": USER,
            "phone": "+64215550111",
            "roles": list(roles),
            "facilityId": "FAC001",
            "verification": "verified",
            "families": {FAMILY: {"digest": "d", "rotatedAt": NOW, "endsAt": NOW + 43_200_000}},
        }
        self.person = person_from_record({**item, **changes})


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture
def authorizer(record: Record) -> Authorizer:
    return Authorizer(PersonCache(lambda: cast("PersonRepository", record)))


@pytest.fixture
def guard(authorizer: Authorizer) -> Authenticator:
    return Authenticator(RING, authorizer)


def refusal_of(guard: Authenticator, call: str, now: int = NOW) -> type[BedsideError] | None:
    """Give the error with which a caller with TOKEN is refused."""
    try:
        if call == "admin":
            guard.admin(TOKEN, ORIGIN, now)
        else:
            getattr(guard, call)(TOKEN, now)
    except BedsideError as error:
        return type(error)
    return None


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc", "Bearerabc"])
def test_a_bearer_token_is_needed(header: str | None) -> None:
    """Everything else in the header is unauthorized."""
    with pytest.raises(UnauthorizedError):
        bearer(header)


@pytest.mark.parametrize("header", ["Bearer a.b", "bearer a.b", "BEARER  a.b "])
def test_the_scheme_is_read_as_http_does(header: str) -> None:
    """Its case and the spaces around the token do not matter."""
    assert bearer(header) == "a.b"


@pytest.mark.parametrize("roles", [("clinician",), ("facilityAdmin", "clinician")])
def test_a_clinician_is_let_in(guard: Authenticator, record: Record, roles: tuple[str, ...]) -> None:
    """Whoever has the role, alone or among others; the facility is the record's."""
    record.hold(*roles)
    who = Clinician(USER, FAMILY, "FAC001")
    assert guard.clinician(TOKEN, NOW) == who
    assert guard.clinician_or_phone(TOKEN, NOW) == who
    assert guard.signed_in(TOKEN, NOW) == Principal(USER, FAMILY, "FAC001", roles, verified_clinician=True)


def test_who_is_signed_in_comes_with_what_was_read_for_them(guard: Authenticator, record: Record) -> None:
    """The record itself where this call has read it, and nothing where an earlier call did."""
    record.hold("clinician")
    assert guard.signed_in(TOKEN, NOW).read is record.person
    assert guard.signed_in(TOKEN, NOW).read is None
    assert guard.signed_in(TOKEN, NOW + 5000).read is record.person
    assert record.reads == 2


@pytest.mark.parametrize("roles", [("patient",), ("clinicians",), ("systemAdmin", "facilityAdmin")])
def test_others_are_not(guard: Authenticator, record: Record, roles: tuple[str, ...]) -> None:
    """A living sign-in without the role is forbidden."""
    record.hold(*roles)
    for call in ("clinician", "clinician_or_phone"):
        assert refusal_of(guard, call) is ForbiddenError


def test_a_clinician_of_no_facility_is_none(guard: Authenticator, record: Record) -> None:
    """There is no session that could be theirs."""
    record.hold("clinician", facilityId=None)
    assert refusal_of(guard, "clinician") is ForbiddenError


@pytest.mark.parametrize("verification", ["none", "pending", "rejected"])
def test_a_clinician_has_to_be_verified(guard: Authenticator, record: Record, verification: str) -> None:
    """Otherwise they are signed in and no more, and are told why."""
    record.hold("clinician", verification=verification)
    for call in ("clinician", "clinician_or_phone"):
        assert refusal_of(guard, call) is NotVerifiedError
    assert guard.signed_in(TOKEN, NOW).roles == ("clinician",)


@pytest.mark.parametrize("call", ["signed_in", "clinician", "clinician_or_phone", "admin"])
@pytest.mark.parametrize(
    "changes",
    [
        None,
        {"families": {}},
        {"families": {"g" * 16: {"digest": "d", "rotatedAt": NOW, "endsAt": NOW + 1}}},
        {"families": {FAMILY: {"digest": "d", "rotatedAt": NOW, "endsAt": NOW}}},
        {"roles": []},
        {"pk": "v" * 24},
    ],
)
def test_a_signature_is_not_enough(
    guard: Authenticator, record: Record, call: str, changes: dict[str, Any] | None
) -> None:
    """Nobody there, no such sign-in, one that is over, nobody registered: unauthorized, whatever is called."""
    if changes is not None:
        record.hold("clinician", "systemAdmin", **changes)
    assert refusal_of(guard, call) is UnauthorizedError


@pytest.mark.parametrize("call", ["signed_in", "clinician", "clinician_or_phone", "admin"])
def test_an_expired_token_asks_nothing(guard: Authenticator, record: Record, call: str) -> None:
    """Nor does one that is not ours."""
    record.hold("clinician", "facilityAdmin")
    assert refusal_of(guard, call, NOW + 900_000) is UnauthorizedError
    for header in ("Bearer x", "Bearer 1.x", "Bearer 9.x", PHONE if call != "clinician_or_phone" else "Bearer y"):
        with pytest.raises(UnauthorizedError):
            guard.signed_in(header, NOW)
    assert record.reads == 0


@pytest.mark.parametrize(
    ("roles", "facility", "admin"),
    [
        (("facilityAdmin",), "FAC001", Admin(USER, "FAC001", everywhere=False, origin=ORIGIN)),
        (("systemAdmin",), None, Admin(USER, None, everywhere=True, origin=ORIGIN)),
        (("systemAdmin", "clinician"), "FAC001", Admin(USER, "FAC001", everywhere=True, origin=ORIGIN)),
        (("facilityAdmin",), None, None),
        (("clinician",), "FAC001", None),
        (("patient",), None, None),
    ],
)
def test_who_is_an_admin(
    guard: Authenticator, record: Record, roles: tuple[str, ...], facility: str | None, admin: Admin | None
) -> None:
    """Of one facility, or of all; a facility's admin without one is none."""
    record.hold(*roles, facilityId=facility)
    if admin is None:
        assert refusal_of(guard, "admin") is ForbiddenError
    else:
        assert guard.admin(TOKEN, ORIGIN, NOW) == admin


def test_a_phone_is_let_in_where_phones_may(guard: Authenticator, record: Record) -> None:
    """Its credential is read where a phone may call, and nowhere else; nobody is looked up for it."""
    record.hold("clinician")
    assert guard.phone(PHONE, NOW) == CREDENTIAL
    assert guard.clinician_or_phone(PHONE, NOW) == CREDENTIAL
    for call in (guard.clinician, guard.signed_in):
        with pytest.raises(UnauthorizedError):
            call(PHONE, NOW)
    assert record.reads == 0
    with pytest.raises(UnauthorizedError):
        guard.phone(TOKEN, NOW)
    with pytest.raises(UnauthorizedError):
        guard.clinician_or_phone("Bearer x", NOW)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"families": {}}, UnauthorizedError),
        ({"roles": ["patient"]}, ForbiddenError),
        ({"verification": "rejected"}, NotVerifiedError),
    ],
)
def test_what_was_taken_is_gone_within_five_seconds(
    guard: Authenticator, record: Record, changes: dict[str, Any], error: type[BedsideError]
) -> None:
    """Until then a process that has read it believes it; then it reads anew."""
    record.hold("clinician")
    guard.clinician(TOKEN, NOW)
    record.hold("clinician", **changes)
    assert refusal_of(guard, "clinician", NOW + 4999) is None
    assert record.reads == 1
    assert refusal_of(guard, "clinician", NOW + 5000) is error
    assert refusal_of(guard, "clinician", NOW + 5001) is error


@pytest.mark.parametrize("changes", [{"families": {}}, {"roles": ["patient"]}, {"verification": "pending"}])
def test_what_was_given_is_there_at_once(guard: Authenticator, record: Record, changes: dict[str, Any]) -> None:
    """Nobody is refused from memory: an admin's yes does not take five seconds."""
    record.hold("clinician", **changes)
    assert refusal_of(guard, "clinician") is not None
    assert record.reads == 1
    record.hold("clinician")
    assert refusal_of(guard, "clinician", NOW + 1) is None
    assert record.reads == 2


def test_another_facility_is_the_next_calls(guard: Authenticator, record: Record) -> None:
    """A clinician who moved works where they are now, within five seconds."""
    record.hold("clinician")
    guard.clinician(TOKEN, NOW)
    record.hold("clinician", facilityId="FAC002")
    assert guard.clinician(TOKEN, NOW + 5000).facility_id == "FAC002"


def test_the_record_away_refuses_nobody_wrongly(guard: Authenticator, authorizer: Authorizer, record: Record) -> None:
    """It cannot be told whether the sign-in lives: that is said, and what is remembered serves for its five seconds."""
    record.hold("clinician")
    guard.clinician(TOKEN, NOW)
    record.broken = True
    assert guard.clinician(TOKEN, NOW + 4999).user_id == USER
    assert refusal_of(guard, "clinician", NOW + 5000) is UnavailableError
    assert refusal_of(guard, "admin", NOW) is UnavailableError
    with pytest.raises(UnavailableError):
        authorizer.may_watch(USER, FAMILY, "FAC001", NOW + 5000)


@pytest.mark.parametrize(
    ("changes", "watches"),
    [
        ({}, True),
        ({"facilityId": "FAC002"}, False),
        ({"families": {}}, False),
        ({"roles": ["facilityAdmin"]}, False),
        ({"verification": "pending"}, False),
    ],
)
def test_who_may_go_on_watching(
    authorizer: Authorizer,
    record: Record,
    changes: dict[str, Any],
    watches: bool,  # noqa: FBT001  # parametrised
) -> None:
    """A verified clinician of the session's facility whose sign-in lives."""
    record.hold("clinician", **changes)
    assert authorizer.may_watch(USER, FAMILY, "FAC001", NOW) is watches
    assert not authorizer.may_watch("v" * 24, FAMILY, "FAC001", NOW)
