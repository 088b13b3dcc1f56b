"""/notifications/subscriptions, /notifications/mail-address, /unsubscribe: where people are told something."""

from bedside.identity.principal import Principal
from bedside.notifications.channels.requests import (
    ConfirmRequest,
    MailAddressRequest,
    SubscriptionRequest,
    UnsubscribeRequest,
)
from bedside.notifications.domain import DOMAIN
from bedside.notifications.wiring import NotificationsWiring
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(NotificationsWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("GET /notifications/subscriptions")
def list_subscriptions(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.channels.subscriptions.list_own(call.caller))


@api.serves("POST /notifications/subscriptions")
def add_subscription(call: Call[Principal, SubscriptionRequest]) -> Answer:
    document, is_new = wiring.channels.subscriptions.add(call.caller, call.body, call.now_ms)
    return Answer(201 if is_new else 200, document)


@api.serves("DELETE /notifications/subscriptions/{subscriptionId}")
def remove_subscription(call: Call[Principal]) -> Answer:
    wiring.channels.subscriptions.remove(call.caller, call.path("subscriptionId"))
    return Answer(204)


@api.serves("GET /notifications/mail-address")
def mail_address(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.channels.mail_addresses.get(call.caller, call.now_ms))


@api.serves("PUT /notifications/mail-address")
def request_mail_address(call: Call[Principal, MailAddressRequest]) -> Answer:
    return Answer(202, wiring.channels.mail_addresses.request(call.caller, call.body, call.now_ms))


@api.serves("POST /notifications/mail-address/confirm")
def confirm_mail_address(call: Call[Principal, ConfirmRequest]) -> Answer:
    return Answer(200, wiring.channels.mail_addresses.confirm(call.caller, call.body, call.now_ms))


@api.serves("DELETE /notifications/mail-address")
def remove_mail_address(call: Call[Principal]) -> Answer:
    wiring.channels.mail_addresses.remove(call.caller)
    return Answer(204)


@api.serves("POST /unsubscribe")
def unsubscribe(call: Call[str, None, UnsubscribeRequest]) -> Answer:
    return Answer(200, wiring.channels.unsubscribing.unsubscribe(call.query.token))


lambda_handler = api.handler()
