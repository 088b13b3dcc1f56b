"""A person, identified by their phone number, as stored in DynamoDB. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bedside.identity.device_token import Device
from bedside.identity.otp_budget import Budget, budget_from_record
from bedside.kernel.pseudonym import handle_name

Verification = Literal["none", "pending", "verified", "rejected"]

PATIENT: Final = "patient"
CLINICIAN: Final = "clinician"
FACILITY_ADMIN: Final = "facilityAdmin"
SYSTEM_ADMIN: Final = "systemAdmin"


def user_id_of(pseudonym_key: bytes, phone: str) -> str:
    """Return the user id for a phone number (E.164): a pseudonym of 24 characters."""
    return handle_name(pseudonym_key, f"person\n{phone}")


@dataclass(frozen=True, slots=True)
class Code:
    """A sent one-time code: its keyed hash and its expiry (Unix ms)."""

    digest: str = field(repr=False)
    expires_at: int


@dataclass(frozen=True, slots=True)
class Family:
    """One sign-in: the hash of the last refresh token used, when that was, and when the sign-in ends (Unix ms).

    Before the first renewal, it is the hash of the token that the sign-in began with. `device` names the browser that
    it was made in; sign-ins of earlier versions have neither that nor `started_at`.
    """

    digest: str = field(repr=False)
    rotated_at: int
    ends_at: int
    started_at: int = 0
    device: str = ""

    def record(self) -> dict[str, Any]:
        """Return the sign-in as stored in its person's item."""
        return {
            "digest": self.digest,
            "rotatedAt": self.rotated_at,
            "endsAt": self.ends_at,
            "startedAt": self.started_at,
            "device": self.device,
        }


@dataclass(frozen=True, slots=True)
class Person:
    """A person as stored in DynamoDB; instants are Unix milliseconds.

    Someone who was sent a code but never used one is unregistered: they have no roles. `facility_id` is None for
    people who registered themselves, and for system administrators. `codes` are the codes sent since the last sign-in,
    oldest first, `budget` is that of attempts without a device token. Tokens of devices count if issued after
    `devices_after` for one of `devices`, those that signed in last; `device_sends` are the sends to all of them.
    `ended_sign_ins` are the families of those that they ended on purpose, the latest last.
    `signed_in_before` marks sign-ins that nothing else tells of any more. Since `deactivated_at` they can neither sign
    in nor do anything.
    """

    user_id: str
    phone: str = field(repr=False)
    display_name: str | None = field(repr=False)
    roles: tuple[str, ...]
    facility_id: str | None
    verification: Verification
    created_at: int | None
    last_sign_in_at: int | None
    budget: Budget
    codes: tuple[Code, ...]
    families: Mapping[str, Family]
    devices_after: int = 0
    signed_in_before: bool = False
    devices: tuple[str, ...] = ()
    device_sends: tuple[int, ...] = ()
    deactivated_at: int | None = None
    invited_at: int | None = None
    ended_sign_ins: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        return self.deactivated_at is None

    @property
    def registered(self) -> bool:
        return bool(self.roles)

    @property
    def ever_signed_in(self) -> bool:
        """Whether anybody ever signed in to this number while it was registered."""
        return self.last_sign_in_at is not None or bool(self.families) or self.signed_in_before

    def trusts(self, device: Device) -> bool:
        """Return whether the token of this device still counts."""
        return (
            self.registered
            and self.active
            and device.issued_at > self.devices_after
            and device.device_id in self.devices
        )

    def was_ended(self, family_id: str, since_ms: int) -> bool:
        """Return whether this sign-in, alive at an instant, was ended on purpose, or with all others."""
        return since_ms < self.devices_after or family_id in self.ended_sign_ins

    @property
    def verified_clinician(self) -> bool:
        return self.active and CLINICIAN in self.roles and self.verification == "verified"

    def signed_in(self, family_id: str, now_ms: int) -> bool:
        """Return whether this sign-in is alive."""
        family = self.families.get(family_id)
        return self.registered and self.active and family is not None and family.ends_at > now_ms


def newcomer(
    user_id: str, phone: str, roles: Sequence[str], facility_id: str | None, display_name: str | None = None
) -> Person:
    """Return a person to be registered; the verification of clinicians is pending."""
    return Person(
        user_id=user_id,
        phone=phone,
        display_name=display_name,
        roles=tuple(roles),
        facility_id=facility_id,
        verification=verification_after((), roles, "none"),
        created_at=None,
        last_sign_in_at=None,
        budget=Budget(),
        codes=(),
        families={},
    )


def person_from_record(item: Mapping[str, Any]) -> Person:
    """Return the person stored in a DynamoDB item."""
    codes = sorted(item.get("codes", {}).items(), key=lambda code: code[1])
    return Person(
        user_id=item["pk"],
        phone=item["phone"],
        display_name=item.get("displayName"),
        roles=tuple(item.get("roles", ())),
        facility_id=item.get("facilityId"),
        verification=item.get("verification", "none"),
        created_at=_whole(item.get("createdAt")),
        last_sign_in_at=_whole(item.get("lastSignInAt")),
        budget=budget_from_record(item),
        codes=tuple(Code(digest, int(expires_at)) for digest, expires_at in codes),
        families={
            family_id: Family(
                family["digest"],
                int(family["rotatedAt"]),
                int(family["endsAt"]),
                int(family.get("startedAt", 0)),
                family.get("device", ""),
            )
            for family_id, family in item.get("families", {}).items()
        },
        devices_after=int(item.get("devicesAfter", 0)),
        ended_sign_ins=tuple(item.get("endedSignIns", ())),
        signed_in_before=bool(item.get("signedInBefore")),
        devices=tuple(item.get("devices", ())),
        device_sends=tuple(int(at) for at in item.get("deviceSends", ())),
        deactivated_at=_whole(item.get("deactivatedAt")),
        invited_at=_whole(item.get("invitedAt")),
    )


def verification_after(before: Sequence[str], after: Sequence[str], verification: Verification) -> Verification:
    """Return the verification after a change of roles; it becomes pending for new clinicians."""
    if CLINICIAN not in after:
        return "none"
    return verification if CLINICIAN in before else "pending"


def _whole(value: Any) -> int | None:  # noqa: ANN401  # int or Decimal
    return None if value is None else int(value)
