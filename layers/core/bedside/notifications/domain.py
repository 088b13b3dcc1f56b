"""Manifest of the notifications domain: what people are told, where and when."""

from bedside.notifications.channels.routes import CHANNEL_ROUTES
from bedside.notifications.limits import NOTIFICATIONS
from bedside.platform.contract import Degraded, Domain, Route, Workflow

_LIMITED = Degraded("rate limit", ("process",), "Notifications are in DynamoDB only. The limit stops runaway pages.")
_PREFERENCES = "representation.PreferencesDocument"

DOMAIN = Domain(
    name="notifications",
    summary="What people are told, where and when",
    wiring="wiring.NotificationsWiring",
    routes=(
        Route(
            "GET",
            "/notifications",
            summary="List what the caller was told, and how much of it is unread",
            caller="signedIn",
            query="requests.InboxRequest",
            answers={200: "representation.InboxDocument"},
            limit=NOTIFICATIONS,
            degraded=_LIMITED,
        ),
        Route(
            "POST",
            "/notifications/{notificationId}/read",
            summary="Mark a message as read",
            caller="signedIn",
            answers={200: "representation.UnreadDocument"},
            problems=("notification-not-found",),
            limit=NOTIFICATIONS,
            degraded=_LIMITED,
        ),
        Route(
            "POST",
            "/notifications/read-all",
            summary="Mark everything as read that the caller was told until now",
            caller="signedIn",
            answers={200: "representation.UnreadDocument"},
            limit=NOTIFICATIONS,
            degraded=_LIMITED,
        ),
        Route(
            "GET",
            "/notifications/preferences",
            summary="Read what the caller wants to be told where and when",
            caller="signedIn",
            answers={200: _PREFERENCES},
            limit=NOTIFICATIONS,
            version="answered",
            degraded=_LIMITED,
        ),
        Route(
            "PUT",
            "/notifications/preferences",
            summary='Change what the caller wants to be told where and when; those who never did send `If-Match: "0"`',
            caller="signedIn",
            body="requests.PreferencesRequest",
            answers={200: _PREFERENCES},
            problems=("critical-required",),
            limit=NOTIFICATIONS,
            version="required",
            degraded=_LIMITED,
        ),
        Route(
            "GET",
            "/admin/notifications",
            summary="List which kinds of things a facility's people were told, in which state they are, never what",
            caller="admin",
            query="requests.DeliveryLogRequest",
            answers={200: "representation.DeliveryLogDocument"},
            limit=NOTIFICATIONS,
            degraded=_LIMITED,
        ),
        Route(
            "POST",
            "/notifications/live-ticket",
            summary="Get a ticket for the live channel of the caller's inbox",
            caller="signedIn",
            answers={200: "representation.InvitationDocument"},
            limit=NOTIFICATIONS,
            degraded=Degraded("rate limit", ("process",), "Tickets and connections are in DynamoDB."),
        ),
        *CHANNEL_ROUTES,
    ),
    live={"n-": "live_access"},
    sweeps={"notices": "record_sweep"},
    workflows=(Workflow("summary", "account", ("push", "mail", "sms"), grace_ms=24 * 3_600_000),),
    notices={"summary": "summary_source"},
    listeners={"novu": "carrier_events"},
    dead_letters={"MailEventsDeadLetters": "MailEvents", "NotificationDeadLetters": "NotificationQueue"},
    alarms="alarms.ALARMS",
)
