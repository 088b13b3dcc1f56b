"""Rate limits of the calls for codes, by address or by device."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bedside.identity.device_token import find_device
from bedside.identity.mac_keys import MacKeys
from bedside.identity.person import user_id_of
from bedside.identity.phone_number import parse_phone
from bedside.platform.limits.algorithms import Count
from bedside.platform.limits.limiter import Limiter
from bedside.platform.limits.policies import Policy


@dataclass(frozen=True, slots=True)
class OtpThrottle:
    """Counts a call for the device that signed in before, or else for its address.

    Everybody in a hospital may share an address with its visitors, who must not keep them from signing in.
    """

    limiter: Limiter
    pseudonym_key: bytes
    mac_keys: MacKeys
    countries: Collection[str]
    default_country: str

    def check(self, policy: Policy, phone_text: str, tokens: Sequence[str], address: str, now_ms: int) -> Count:
        """Count a call. Raises LimitReachedError if it exceeds the limit, InvalidRequestError for an invalid number."""
        counted = address
        if tokens:
            user_id = user_id_of(self.pseudonym_key, parse_phone(phone_text, self.countries, self.default_country))
            device = find_device(self.mac_keys, user_id, tokens, now_ms)
            counted = device.key if device else address
        return self.limiter.check(policy, counted, now_ms)
