# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""SES's SendEmail: rights by identity and configuration set, headers and time of each mail, and events about it.

MiniStack asks a role's policy about every resource (`*`) where AWS asks about the sender's identity and the
configuration set, keeps every mail without its headers, writes addresses into its log, and tells of no bounce. As at
AWS, mail to the simulator's addresses (bounce@simulator.amazonses.com, complaint@…) comes back or is called spam;
labels (`bounce+1@…`) tell them apart. https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
"""

import json
import logging
from collections import deque
from datetime import UTC, datetime
from email.utils import parseaddr
from importlib import import_module
from typing import Any

_KEPT = 1000
_SEND = "/v2/email/outbound-emails"
_SIMULATOR = "simulator.amazonses.com"
# What an address of the simulator makes happen: the type of the event, and the one of EventBridge's event.
_OUTCOMES = {"bounce": ("Bounce", "Email Bounced"), "complaint": ("Complaint", "Email Complaint Received")}


def apply() -> None:
    app: Any = import_module("ministack.app")
    ses: Any = import_module("ministack.services.ses_v2")
    handle = ses.handle_request
    kept: deque[dict[str, Any]] = deque(maxlen=_KEPT)

    async def handle_mail(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Any:
        answer = await handle(method, path, headers, body, query_params)
        if method == "POST" and path.rstrip("/") == _SEND and answer[0] == 200:  # noqa: PLR2004 (HTTP OK)
            sent, message_id = json.loads(body), json.loads(answer[2])["MessageId"]
            kept.append(_mail(sent, message_id))
            _tell(ses, sent, message_id)
            # The emulator would keep all of them.
            ses._sent_emails_list().clear()
        return answer

    async def messages(method: str, path: str, _headers: Any, _query: Any) -> Any:
        if path != "/_ministack/ses/messages" or method != "GET":
            return None
        content = json.dumps({"messages": list(kept)}).encode()
        return 200, {"Content-Type": "application/json"}, content

    ses.handle_request, app._handle_ses_messages_request = handle_mail, messages
    ses.logger.addFilter(_tells_no_mail)


def resources_of(body: bytes, region: str, account_id: str) -> list[str]:
    """Return what a role must be allowed to use for a mail: the identity of its sender, and its configuration set."""
    document = json.loads(body or b"{}")
    address = parseaddr(str(document.get("FromEmailAddress", "")))[1]
    prefix = f"arn:aws:ses:{region}:{account_id}"
    found = [f"{prefix}:identity/{address.rpartition('@')[2]}"]
    if name := document.get("ConfigurationSetName"):
        found.append(f"{prefix}:configuration-set/{name}")
    return found


def _mail(sent: dict[str, Any], message_id: str) -> dict[str, Any]:
    simple = sent.get("Content", {}).get("Simple", {})
    body = simple.get("Body", {})
    return {
        "MessageId": message_id,
        "From": sent.get("FromEmailAddress", ""),
        "To": sent.get("Destination", {}).get("ToAddresses", []),
        "Subject": simple.get("Subject", {}).get("Data", ""),
        "Text": body.get("Text", {}).get("Data", ""),
        "Html": body.get("Html", {}).get("Data", ""),
        "Headers": {each["Name"]: each["Value"] for each in simple.get("Headers", [])},
        "At": _now(),
    }


def _tell(ses: Any, sent: dict[str, Any], message_id: str) -> None:
    """Send the events that the configuration set asks for to EventBridge."""
    name = sent.get("ConfigurationSetName", "")
    destinations = ((ses._config_sets.get(name) or {}).get("EventDestinations") or {}).values()
    wanted = {kind for each in destinations if each.get("Enabled") for kind in each.get("MatchingEventTypes", ())}
    for address in sent.get("Destination", {}).get("ToAddresses", []):
        local, _, domain = address.partition("@")
        outcome = _OUTCOMES.get(local.partition("+")[0]) if domain == _SIMULATOR else None
        if outcome and outcome[0].upper() in wanted:
            _put_event(outcome, address, sent, name, message_id)


def _put_event(outcome: tuple[str, str], address: str, sent: dict[str, Any], name: str, message_id: str) -> None:
    kind, detail_type = outcome
    recipient = {"emailAddress": address}
    what = {
        "Bounce": {
            "bounce": {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [{**recipient, "action": "failed", "status": "5.1.1"}],
                "timestamp": _now(),
                "feedbackId": f"feedback-{message_id}",
            }
        },
        "Complaint": {
            "complaint": {
                "complainedRecipients": [recipient],
                "complaintFeedbackType": "abuse",
                "timestamp": _now(),
                "feedbackId": f"feedback-{message_id}",
            }
        },
    }[kind]
    tags = {each["Name"]: [each["Value"]] for each in sent.get("EmailTags", [])}
    mail = {
        "timestamp": _now(),
        "messageId": message_id,
        "source": sent.get("FromEmailAddress", ""),
        "destination": [address],
        "tags": {"ses:configuration-set": [name], **tags},
    }
    events: Any = import_module("ministack.services.eventbridge")
    detail = json.dumps({"eventType": kind, **what, "mail": mail})
    entry = {"Source": "aws.ses", "DetailType": detail_type, "Detail": detail}
    events._put_events({"Entries": [entry]}, allow_aws_source=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _tells_no_mail(line: logging.LogRecord) -> bool:
    return not str(line.msg).startswith("SESv2 SendEmail")
