"""How practitioners get paid: their accounts at the payment provider, and its checks of their identity."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bedside.bookings.access import is_facility_admin, own_facility, verified_practitioner
from bedside.identity.person_repository import PersonRepository
from bedside.identity.principal import Principal
from bedside.kernel.errors import ForbiddenError, PaymentsNotReadyError
from bedside.payouts.account_updates import AccountUpdates
from bedside.payouts.representation import PayoutAccountDocument, PayoutPageDocument, account_document, account_page
from bedside.ports.payouts import PayoutProvider

# Where the provider's pages lead back to.
_PAGE: Final = "/availability"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts of the verified clinicians of a facility.

    `provider` returns the payment provider, None without keys; `country` that of a facility (ISO 3166).
    """

    updates: AccountUpdates
    people: PersonRepository
    provider: Callable[[], PayoutProvider | None]
    country: Callable[[str, int], str]

    def get(self, principal: Principal, practitioner_id: str) -> PayoutAccountDocument:
        """Return how a practitioner is paid, to themselves and to administrators of their facility.

        The provider is asked, if it knows the practitioner. Raises ForbiddenError, UserNotFoundError, UnavailableError.
        """
        if practitioner_id != principal.user_id and not is_facility_admin(principal):
            raise ForbiddenError("Only the practitioner and administrators of the facility may do this.")
        verified_practitioner(principal, practitioner_id, self.people)
        return account_document(self.updates.refresh(practitioner_id))

    def onboard(self, principal: Principal, practitioner_id: str, origin: str, now_ms: int) -> PayoutPageDocument:
        """Return the provider's page that asks the principal for what is due; makes their account first.

        Raises ForbiddenError, UserNotFoundError, PaymentsNotReadyError, UnavailableError.
        """
        provider = self._own_provider(principal, practitioner_id)
        account = self.updates.refresh(practitioner_id)
        if not account.account_id:
            country = self.country(own_facility(principal), now_ms)
            made = provider.open_account(practitioner_id, country, f"{practitioner_id}:account")
            account = self.updates.change(practitioner_id, lambda known: replace(known, account_id=made.account_id))
            account = self.updates.refresh(practitioner_id)
        url = provider.onboarding_url(account.account_id, f"{origin}{_PAGE}", f"{origin}{_PAGE}")
        return account_page(account, url)

    def verify_identity(self, principal: Principal, practitioner_id: str, origin: str) -> PayoutPageDocument:
        """Return the provider's page that checks the principal's identity document; "" if it is verified.

        Raises ForbiddenError, UserNotFoundError, PaymentsNotReadyError, UnavailableError.
        """
        provider = self._own_provider(principal, practitioner_id)
        account = self.updates.refresh(practitioner_id)
        if account.identity == "verified":
            return account_page(account, "")
        found = provider.verification(account.verification_id) if account.verification_id else None
        if found is None or not found.url:
            number = account.verifications + 1
            key = f"{practitioner_id}:verification:{number}"
            found = provider.open_verification(practitioner_id, f"{origin}{_PAGE}", key)
            opened = found.verification_id
            account = self.updates.change(
                practitioner_id,
                lambda known: replace(
                    known,
                    verification_id=opened,
                    verifications=max(number, known.verifications),
                    identity="requires_input",
                ),
            )
        return account_page(account, found.url or "")

    def _own_provider(self, principal: Principal, practitioner_id: str) -> PayoutProvider:
        if principal.user_id != practitioner_id:
            raise ForbiddenError("Only the practitioner may do this.")
        verified_practitioner(principal, practitioner_id, self.people)
        provider = self.provider()
        if provider is None:
            raise PaymentsNotReadyError("Nobody can be paid online here yet.")
        return provider
