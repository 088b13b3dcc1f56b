"""/notifications, /notifications/…, /admin/notifications: what people were told, and want to be told."""

from functools import cache

from bedside import domains
from bedside.identity.principal import Admin, Principal
from bedside.notifications.domain import DOMAIN
from bedside.notifications.requests import DeliveryLogRequest, InboxRequest, PreferencesRequest
from bedside.notifications.wiring import NotificationsWiring
from bedside.platform.api import Api, Call
from bedside.platform.contract import Workflow
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(NotificationsWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@cache
def _workflows() -> dict[str, Workflow]:
    return {name: workflow for name, (_, workflow) in domains.workflows().items()}


@api.serves("GET /notifications")
def inbox(call: Call[Principal, None, InboxRequest]) -> Answer:
    return Answer(200, wiring.inbox(_workflows()).list_own(call.caller, call.query))


@api.serves("POST /notifications/{notificationId}/read")
def mark_read(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.inbox(_workflows()).mark_read(call.caller, call.path("notificationId"), call.now_ms))


@api.serves("POST /notifications/read-all")
def mark_all_read(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.inbox(_workflows()).mark_all_read(call.caller, call.now_ms))


@api.serves("GET /notifications/preferences")
def preferences(call: Call[Principal]) -> Answer:
    document, version = wiring.preference_choice(_workflows()).get(call.caller, call.now_ms)
    return Answer(200, document, version=version)


@api.serves("PUT /notifications/preferences")
def save_preferences(call: Call[Principal, PreferencesRequest]) -> Answer:
    choice, if_match = wiring.preference_choice(_workflows()), call.header("if-match")
    document, version = choice.save(call.caller, call.body, if_match, call.now_ms)
    return Answer(200, document, version=version)


@api.serves("GET /admin/notifications")
def list_deliveries(call: Call[Admin, None, DeliveryLogRequest]) -> Answer:
    return Answer(200, wiring.delivery_log(_workflows()).list_deliveries(call.caller, call.query))


@api.serves("POST /notifications/live-ticket")
def watch(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.inbox_publisher.invitation(call.caller, call.now_ms))


lambda_handler = api.handler()
