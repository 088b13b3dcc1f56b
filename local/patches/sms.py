# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""`sns:Publish` to a phone number: the time of each message, a bound on their number, and silence about their text.

MiniStack notes no time, keeps every message, writes number and text into its log, and takes anything for a number.
"""

import logging
import re
from collections import deque
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

_KEPT = 1000  # messages to all numbers together
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


def apply() -> None:
    sns: Any = import_module("ministack.services.sns")
    publish = sns._publish
    newest: deque[_Messages] = deque()

    def publish_checked(params: dict[str, Any]) -> Any:
        number = sns._p(params, "PhoneNumber")
        if number and not _NUMBER.fullmatch(number):
            reason = f"Invalid parameter: PhoneNumber Reason: {number} is not valid to publish to"
            return sns._error("InvalidParameter", reason, 400)
        return publish(params)

    def messages_to(number: str) -> "_Messages":
        if number not in sns._sms_messages:
            sns._sms_messages[number] = _Messages(newest)
        found: _Messages = sns._sms_messages[number]
        return found

    sns._publish, sns._sms_log_for = publish_checked, messages_to
    sns.logger.addFilter(_tells_no_message)


class _Messages(list[dict[str, Any]]):
    """The messages to one number; `newest` holds this list once for each of them, in the order of all messages."""

    def __init__(self, newest: "deque[_Messages]") -> None:
        super().__init__()
        self._newest = newest

    def append(self, message: dict[str, Any]) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        super().append({**message, "At": now})
        self._newest.append(self)
        if len(self._newest) > _KEPT:
            self._newest.popleft().pop(0)


def _tells_no_message(line: logging.LogRecord) -> bool:
    return not str(line.msg).startswith("SNS SMS to")
