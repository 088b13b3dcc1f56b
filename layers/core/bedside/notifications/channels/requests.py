"""What callers send about contact points."""

from typing import Annotated

from pydantic import Field, StringConstraints

from bedside.kernel.wire import Line, Wire

_Base64Url = Annotated[str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_-]+={0,2}$")]


class SubscriptionKeys(Wire):
    # The alias that would be made of it has a capital letter.
    p256dh: _Base64Url = Field(alias="p256dh")
    auth: _Base64Url


class SubscriptionRequest(Wire):
    """A browser's PushSubscription as JSON, and the key of ours that it subscribed with; without it, the newest.

    `expirationTime` is not used: push services tell when a subscription is over.
    """

    endpoint: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    keys: SubscriptionKeys
    expiration_time: float | None = None
    application_server_key: _Base64Url | None = None


class MailAddressRequest(Wire):
    address: Annotated[Line, StringConstraints(min_length=3, max_length=254)]


class ConfirmRequest(Wire):
    """The code, as people type or paste it."""

    code: Annotated[Line, StringConstraints(max_length=20)]


class UnsubscribeRequest(Wire):
    token: Annotated[str, StringConstraints(max_length=100)]
