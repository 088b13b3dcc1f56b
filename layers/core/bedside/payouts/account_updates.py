"""What the payment provider says of practitioners, remembered."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bedside.kernel.errors import UnavailableError
from bedside.payouts.account_repository import AccountRepository
from bedside.payouts.payout_account import PayoutAccount, topics
from bedside.ports.payouts import PayoutProvider

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class AccountUpdates:
    """Brings what is known of practitioners up to date; `provider` is the payment provider, None without keys."""

    repository: AccountRepository
    provider: Callable[[], PayoutProvider | None]

    def refresh(self, practitioner_id: str) -> PayoutAccount:
        """Return what the provider says of a practitioner, and remember it. Raises UnavailableError."""
        known, provider = self.repository.get(practitioner_id), self.provider()
        if provider is None:
            return known
        found = provider.account(known.account_id) if known.account_id else None
        check = provider.verification(known.verification_id) if known.verification_id else None

        def change(account: PayoutAccount) -> PayoutAccount:
            if found and found.account_id == account.account_id:
                account = replace(account, ready=found.ready, submitted=found.submitted, due=topics(found.due))
            if check and check.verification_id == account.verification_id:
                problem = "" if check.status == "verified" else check.problem or ""
                account = replace(account, identity=check.status, identity_problem=problem)
            return account

        return self.change(practitioner_id, change)

    def change(self, practitioner_id: str, change: Callable[[PayoutAccount], PayoutAccount]) -> PayoutAccount:
        """Change what is known of a practitioner, and return it. Raises UnavailableError."""
        for _ in range(_TRIES):
            known = self.repository.get(practitioner_id)
            wanted = change(known)
            saved = known if wanted == known else self.repository.save(wanted)
            if saved:
                return saved
        raise UnavailableError("The account is being changed by others.", cause="Changed")
