"""The calls about contact points, for the manifest of the notifications domain."""

from typing import Final

from bedside.notifications.limits import CONTACT_POINTS, MAIL_CODES, UNSUBSCRIBE
from bedside.platform.contract import Degraded, Route

_ADDRESS: Final = "channels.representation.MailAddressDocument"
_LIMITED: Final = Degraded("rate limit", ("process",), "Contact points are in DynamoDB only.")

CHANNEL_ROUTES: Final = (
    Route(
        "GET",
        "/notifications/subscriptions",
        summary="List the caller's browsers that take push messages, with the key to subscribe with",
        caller="signedIn",
        answers={200: "channels.representation.SubscriptionListDocument"},
        limit=CONTACT_POINTS,
        degraded=_LIMITED,
    ),
    Route(
        "POST",
        "/notifications/subscriptions",
        summary="Send push messages to a browser of the caller's, and on it to nobody else; 200 if it was theirs",
        caller="signedIn",
        body="channels.requests.SubscriptionRequest",
        answers={
            200: "channels.representation.SubscriptionDocument",
            201: "channels.representation.SubscriptionDocument",
        },
        problems=("channel-off",),
        limit=CONTACT_POINTS,
        degraded=_LIMITED,
    ),
    Route(
        "DELETE",
        "/notifications/subscriptions/{subscriptionId}",
        summary="Send no more push messages to a browser of the caller's",
        caller="signedIn",
        answers={204: ""},
        limit=CONTACT_POINTS,
        degraded=_LIMITED,
    ),
    Route(
        "GET",
        "/notifications/mail-address",
        summary="Read the caller's mail address, and whether mail reaches it",
        caller="signedIn",
        answers={200: _ADDRESS},
        limit=CONTACT_POINTS,
        degraded=_LIMITED,
    ),
    Route(
        "PUT",
        "/notifications/mail-address",
        summary="Send a code to a mail address, which the caller confirms with it",
        caller="signedIn",
        body="channels.requests.MailAddressRequest",
        answers={202: _ADDRESS},
        problems=("channel-off", "too-many-codes"),
        limit=CONTACT_POINTS,
        degraded=_LIMITED,
    ),
    Route(
        "POST",
        "/notifications/mail-address/confirm",
        summary="Confirm a mail address with the code that was sent to it",
        caller="signedIn",
        body="channels.requests.ConfirmRequest",
        answers={200: _ADDRESS},
        problems=("code-invalid",),
        limit=MAIL_CODES,
        degraded=_LIMITED,
    ),
    Route(
        "DELETE",
        "/notifications/mail-address",
        summary="Forget the caller's mail address",
        caller="signedIn",
        answers={204: ""},
        limit=CONTACT_POINTS,
        degraded=_LIMITED,
    ),
    Route(
        "POST",
        "/unsubscribe",
        summary="Turn off mail of one kind, by the link in such a mail; mail programs do it with one click (RFC 8058)",
        caller="anyone",
        query="channels.requests.UnsubscribeRequest",
        answers={200: "channels.representation.UnsubscribedDocument"},
        problems=("link-invalid",),
        limit=UNSUBSCRIBE,
        degraded=_LIMITED,
    ),
)
