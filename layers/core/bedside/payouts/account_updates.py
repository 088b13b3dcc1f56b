"""What the payment provider says of practitioners, remembered."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from bedside.kernel.errors import UnavailableError
from bedside.kernel.versions import ChangedMeanwhileError
from bedside.payouts.account_repository import AccountRepository
from bedside.payouts.payout_account import PayoutAccount, topics
from bedside.ports.payouts import PayoutProvider

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class AccountUpdates:
    """Brings what is known of practitioners up to date; `provider` is the payment provider, None without keys.

    `on_payout_failed` receives the id of a practitioner, once for each payout.
    """

    repository: AccountRepository
    provider: Callable[[], PayoutProvider | None]
    on_payout_failed: Callable[[str], None]

    def refresh(self, practitioner_id: str, now_ms: int) -> PayoutAccount:
        """Return what the provider says of a practitioner, and remember it. Raises UnavailableError."""
        known, provider = self.repository.get(practitioner_id), self.provider()
        if provider is None:
            return known
        found = provider.find_account(known.account_id) if known.account_id else None
        # Nothing is paid out before.
        payout = provider.find_last_payout(known.account_id) if found and found.submitted else None
        check = provider.find_verification(known.verification_id) if known.verification_id else None
        failed = False

        def change(account: PayoutAccount) -> PayoutAccount:
            nonlocal failed
            failed = payout is not None and payout.status == "failed" and payout != account.last_payout
            if found and found.account_id == account.account_id:
                account = replace(account, ready=found.ready, submitted=found.submitted, due=topics(found.due))
                account = replace(account, last_payout=payout or account.last_payout)
            if check and check.verification_id == account.verification_id:
                problem = "" if check.status == "verified" else check.problem or ""
                seen = (account.identity, account.identity_problem)
                at = account.identity_at if seen == (check.status, problem) else now_ms
                account = replace(account, identity=check.status, identity_problem=problem, identity_at=at)
            return account

        after = self.change(practitioner_id, change)
        if failed:
            self.on_payout_failed(practitioner_id)
        return after

    def change(self, practitioner_id: str, change: Callable[[PayoutAccount], PayoutAccount]) -> PayoutAccount:
        """Change what is known of a practitioner, and return it. Raises UnavailableError."""
        for _ in range(_TRIES):
            known = self.repository.get(practitioner_id)
            wanted = change(known)
            with suppress(ChangedMeanwhileError):
                return known if wanted == known else self.repository.save(wanted)
        raise UnavailableError("The account is being changed by others.", cause="Changed")
