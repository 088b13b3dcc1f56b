"""How practitioners get paid: their accounts at the payment provider, and its checks of their identity."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bedside.bookings.access import own_facility, verified_practitioner
from bedside.bookings.errors import PaymentsNotReadyError
from bedside.identity.errors import UserNotFoundError
from bedside.identity.person import CLINICIAN
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import EVERYWHERE, Principal, Scope
from bedside.kernel.errors import ForbiddenError
from bedside.payouts.account_updates import AccountUpdates
from bedside.payouts.representation import PayoutAccountDocument, PayoutPageDocument, account_document, account_page
from bedside.ports.payouts import PayoutProvider

# Where the provider's pages lead back to; those who are not verified yet, to the other one.
_PAGE: Final = "/availability"
_ACCOUNT_PAGE: Final = "/account"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts of the verified clinicians of a facility, and checks of the identity of those who want to be verified.

    `provider` returns the payment provider, None without keys; `country` that of a facility (ISO 3166).
    """

    updates: AccountUpdates
    people: PersonRepository
    provider: Callable[[], PayoutProvider | None]
    country: Callable[[str, int], str]

    def get(self, principal: Principal, practitioner_id: str, now_ms: int) -> PayoutAccountDocument:
        """Return how a clinician is paid, and whether the provider knows who they are, to them and to administrators.

        The provider is asked, if it knows the clinician. Raises ForbiddenError, UserNotFoundError, UnavailableError.
        """
        if practitioner_id != principal.user_id and not principal.is_admin:
            raise ForbiddenError("Only the clinician and administrators may do this.")
        self._require_clinician(principal, practitioner_id)
        return account_document(self.updates.refresh(practitioner_id, now_ms))

    def onboard(self, principal: Principal, practitioner_id: str, origin: str, now_ms: int) -> PayoutPageDocument:
        """Return the provider's page that asks the principal for what is due; makes their account first.

        Raises ForbiddenError, UserNotFoundError, PaymentsNotReadyError, UnavailableError.
        """
        provider = self._own_provider(principal, practitioner_id)
        verified_practitioner(principal, practitioner_id, self.people)
        account = self.updates.refresh(practitioner_id, now_ms)
        if not account.account_id:
            country = self.country(own_facility(principal), now_ms)
            made = provider.create_account(practitioner_id, country, f"{practitioner_id}:account")
            account = self.updates.change(practitioner_id, lambda known: replace(known, account_id=made.account_id))
            account = self.updates.refresh(practitioner_id, now_ms)
        url = provider.create_onboarding_link(account.account_id, f"{origin}{_PAGE}", f"{origin}{_PAGE}")
        return account_page(account, url)

    def verify_identity(
        self, principal: Principal, practitioner_id: str, origin: str, now_ms: int
    ) -> PayoutPageDocument:
        """Return the provider's page that checks the principal's identity document; "" if it is verified.

        Its result is for those who verify clinicians, so clinicians who are not verified yet get it, too. Raises
        ForbiddenError, UserNotFoundError, PaymentsNotReadyError, UnavailableError.
        """
        provider = self._own_provider(principal, practitioner_id)
        self._require_clinician(principal, practitioner_id)
        account = self.updates.refresh(practitioner_id, now_ms)
        if account.identity == "verified":
            return account_page(account, "")
        found = provider.find_verification(account.verification_id) if account.verification_id else None
        if found is None or not found.url:
            number = account.verifications + 1
            page = _PAGE if principal.verified_clinician else _ACCOUNT_PAGE
            key = f"{practitioner_id}:verification:{number}:{page.removeprefix('/')}"
            found = provider.create_verification(practitioner_id, f"{origin}{page}", key)
            opened = found.verification_id
            account = self.updates.change(
                practitioner_id,
                lambda known: replace(
                    known,
                    verification_id=opened,
                    verifications=max(number, known.verifications),
                    identity="requires_input",
                    identity_problem="",
                    identity_at=now_ms,
                ),
            )
        return account_page(account, found.url or "")

    def _own_provider(self, principal: Principal, practitioner_id: str) -> PayoutProvider:
        if principal.user_id != practitioner_id:
            raise ForbiddenError("Only the practitioner may do this.")
        provider = self.provider()
        if provider is None:
            raise PaymentsNotReadyError("Nobody can be paid online here yet.")
        return provider

    def _require_clinician(self, principal: Principal, practitioner_id: str) -> None:
        """Raise UserNotFoundError unless it is a clinician whom the principal may see."""
        scope = EVERYWHERE if principal.is_system_admin else Scope(own_facility(principal))
        person = self.people.find(scope, practitioner_id)
        if person is None or CLINICIAN not in person.roles:
            raise UserNotFoundError("There is no such clinician at your facility.")
