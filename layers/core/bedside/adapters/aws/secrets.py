"""Secrets from SSM Parameter Store: those of a function, read in one request when it first needs one."""

import random
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bedside.adapters.aws.client import AwsError, AwsService, JsonService
from bedside.adapters.aws.secret_values import ABSENT, PARSERS, HmsKeys, NovuKeys, PaymentKeys
from bedside.kernel.errors import UnavailableError
from bedside.kernel.invocation import remaining_s

# For all attempts together: SSM serves 40 requests a second by default (1,000 with higher throughput), so a few hundred
# environments that start at once have to take turns.
_DEADLINE_S: Final = 12.0
# Generous, because secrets are read at a cold start, when the CPU is busy.
_TRY_S: Final = 5.0
# Left of the invocation for a proper response.
_RESERVED_S: Final = 3.0
# The pause before a retry is random, up to this, doubled by each retry, and at most the longest.
_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 2.0


class Secrets:
    """The secrets that a function may read, by name; keys are ordered from oldest to newest, and the newest is used.

    Looking up another secret raises UnavailableError, so that a forgotten permission shows in the log by name.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __repr__(self) -> str:
        return f"Secrets({', '.join(sorted(self._values))})"

    @property
    def redis_url(self) -> str:
        return str(self._get("redis-url"))

    @property
    def redis_token(self) -> str:
        return str(self._get("redis-token"))

    @property
    def signing_keys(self) -> Mapping[str, bytes]:
        """Keys that prove callers' tokens: only functions that authenticate callers or sign them in have them."""
        keys: Mapping[str, bytes] = self._get("signing-keys")
        return keys

    @property
    def seal_keys(self) -> Mapping[str, bytes]:
        """Keys that encrypt patient data in Redis."""
        keys: Mapping[str, bytes] = self._get("seal-keys")
        return keys

    @property
    def identity_keys(self) -> Mapping[str, bytes]:
        """Keys that prove refresh tokens, device tokens and codes: only functions that sign somebody in have them."""
        keys: Mapping[str, bytes] = self._get("identity-keys")
        return keys

    @property
    def pseudonym_key(self) -> bytes:
        """The key of names under which items are stored: it proves nothing."""
        return bytes(self._get("pseudonym-key"))

    @property
    def ably_key(self) -> str:
        return str(self._get("ably-key"))

    @property
    def hms_keys(self) -> HmsKeys | None:
        keys: HmsKeys | None = self._get("hms-keys")
        return keys

    @property
    def payment_keys(self) -> PaymentKeys | None:
        keys: PaymentKeys | None = self._get("payment-keys")
        return keys

    @property
    def vapid_keys(self) -> Mapping[str, bytes]:
        """Keys by which push services know us; a stage without any sends no push messages."""
        keys: Mapping[str, bytes] = self._get("vapid-keys")
        return keys

    @property
    def novu_keys(self) -> NovuKeys | None:
        keys: NovuKeys | None = self._get("novu-keys")
        return keys

    @property
    def scrape_token(self) -> str:
        """What whoever scrapes metrics proves themselves with; empty in a stage without any."""
        return str(self._get("scrape-token"))

    @property
    def webhook_sources(self) -> str:
        return str(self._get("webhook-sources"))

    def _get(self, name: str) -> Any:  # noqa: ANN401  # each secret its own type
        try:
            return self._values[name]
        except KeyError:
            raise UnavailableError(f"This function does not read the secret {name}.") from None


def read_secrets(path: str, names: Sequence[str], region: str) -> Secrets:
    """Return the SecureStrings `names` under `path`, which are all that this function's role may read.

    Raises UnavailableError if SSM does not respond within the deadline, or if a secret is missing or malformed.
    """
    service = AwsService("ssm", region)
    ssm = JsonService(service, "AmazonSSM", "1.1")
    question = {"Names": [f"{path}/{name}" for name in names], "WithDecryption": True}
    ends_at = time.monotonic() + min(_DEADLINE_S, max(_TRY_S, remaining_s() - _RESERVED_S))
    failure: AwsError | None = None
    number = 0
    try:
        while (left := ends_at - time.monotonic()) > 0:
            try:
                return _secrets(names, ssm.call("GetParameters", question, try_s=min(left, _TRY_S)))
            except AwsError as error:
                failure = error
                if not error.temporary:
                    break
                time.sleep(max(0.0, min(_pause_s(number), ends_at - time.monotonic())))
                number += 1
    finally:
        service.close()
    raise UnavailableError("Secrets could not be read.") from failure


def _pause_s(refusals: int) -> float:
    """Return how long to wait after so many earlier refusals.

    Full jitter: environments that start at once must not keep asking at once.
    """
    return random.uniform(0, min(_LONGEST_PAUSE_S, _PAUSE_S * 2**refusals))  # noqa: S311  # no secret


def _secrets(names: Sequence[str], answer: Mapping[str, Any]) -> Secrets:
    try:
        texts = {item["Name"].rsplit("/", 1)[1]: item["Value"] for item in answer["Parameters"]}
    except (LookupError, TypeError, AttributeError) as error:
        raise UnavailableError("Secrets could not be read.") from error
    for name in names:
        if name not in texts and name not in ABSENT:
            raise UnavailableError(f"The secret {name} is missing.")
    try:
        return Secrets({name: PARSERS[name](texts[name]) if name in texts else ABSENT[name] for name in names})
    except ValueError:
        # Not chained: the original error would contain the secret.
        raise UnavailableError("A secret is malformed.") from None
