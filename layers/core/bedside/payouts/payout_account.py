"""A practitioner's account at the payment provider, and the provider's check of their identity. No I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from bedside.ports.payouts import Payout, VerificationStatus

# ready: paid out. incomplete: the provider still asks. reviewing: it has everything, and checks it.
AccountState = Literal["none", "incomplete", "reviewing", "ready"]
# What the provider wants to know, in words that people can be told.
Topic = Literal["bankAccount", "identity", "person", "business", "terms", "other"]
IdentityState = VerificationStatus | Literal["none"]

# By the beginning of Stripe's names (https://docs.stripe.com/connect/handling-api-verification), the first that fits.
_TOPICS: Final[tuple[tuple[str, Topic], ...]] = (
    ("external_account", "bankAccount"),
    ("tos_acceptance", "terms"),
    ("business_profile", "business"),
    ("business_type", "business"),
    ("company", "business"),
    ("individual.verification", "identity"),
    ("individual", "person"),
    ("person_", "person"),
    ("representative", "person"),
    ("owners", "person"),
)

_NUMBERS: Final = ("amount", "arrives_at")


@dataclass(frozen=True, slots=True)
class PayoutAccount:
    """What is known of a practitioner at the payment provider; ids are the provider's, "" while there is none.

    `identity` is how their latest check stands, since `identity_at` (Unix ms, 0 without one).
    """

    practitioner_id: str
    account_id: str = ""
    ready: bool = False
    submitted: bool = False
    due: tuple[Topic, ...] = ()
    verification_id: str = ""
    identity: IdentityState = "none"
    identity_problem: str = ""
    identity_at: int = 0
    verifications: int = 0
    last_payout: Payout | None = None
    version: int = 0

    @property
    def state(self) -> AccountState:
        if not self.account_id:
            return "none"
        if self.ready:
            return "ready"
        return "reviewing" if self.submitted and not self.due else "incomplete"


def topics(due: Iterable[str]) -> tuple[Topic, ...]:
    """Return what the provider wants to know, each topic once."""
    found = {next((topic for start, topic in _TOPICS if name.startswith(start)), "other") for name in due}
    order: tuple[Topic, ...] = get_args(Topic)
    return tuple(topic for topic in order if topic in found)


def account_record(account: PayoutAccount) -> dict[str, Any]:
    """Return an account as stored in DynamoDB, but for its key."""
    return {
        "practitionerId": account.practitioner_id,
        "accountId": account.account_id,
        "ready": account.ready,
        "submitted": account.submitted,
        "due": list(account.due),
        "verificationId": account.verification_id,
        "identity": account.identity,
        "identityProblem": account.identity_problem,
        "identityAt": account.identity_at,
        "verifications": account.verifications,
        "lastPayout": asdict(account.last_payout) if account.last_payout else None,
        "version": account.version,
    }


def account_from_record(item: Mapping[str, Any]) -> PayoutAccount:
    """Return the account stored in a DynamoDB item; those of earlier releases have neither instant nor payout."""
    payout = item.get("lastPayout")
    return PayoutAccount(
        item["practitionerId"],
        item["accountId"],
        item["ready"],
        item["submitted"],
        tuple(item["due"]),
        item["verificationId"],
        item["identity"],
        item["identityProblem"],
        int(item.get("identityAt", 0)),
        int(item["verifications"]),
        Payout(**{**payout, **{name: int(payout[name]) for name in _NUMBERS}}) if payout else None,
        int(item["version"]),
    )
