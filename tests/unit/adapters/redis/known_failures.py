"""What `upstash-redis` fails of test_contract.py: the test and its case, and what the package does instead."""

from collections.abc import Mapping
from typing import Final

_AGAIN: Final = "sleeps 3 s, then sends the command again"
_ODD: Final[Mapping[str, str]] = {
    "empty": _AGAIN,
    "HTML": _AGAIN,
    "null": "raises AssertionError",
    "list": "raises AttributeError",
    "empty object": "raises KeyError",
    "text": "raises AttributeError",
    "no base64": "raises binascii.Error",
    "no text": "raises UnicodeDecodeError",
    "error null": "raises KeyError",
    "no UTF-8": _AGAIN,
    "endless list": _AGAIN,
    "deep list": "raises RecursionError",
    "endless number": _AGAIN,
}

KNOWN: Final[Mapping[str, str]] = {
    "test_a_silent_server_is_left": "waits for ever: it makes `httpx.Client(timeout=None)`",
    "test_a_dripping_server_is_left": "reads for as long as bytes come",
    "test_nothing_is_waited_for_where_nobody_listens": "sleeps 3 s, then tries again",
    "test_a_lost_reply_does_not_repeat_the_command": "sleeps 3 s, then sends the command again: it runs twice",
    "test_text_that_is_no_unicode_fails_at_once": "sleeps 3 s, then raises UnicodeEncodeError",
    **{
        f"test_half_an_answer_is_a_failure[{case}]": _AGAIN
        for case in ("nothing", "no HTTP", "cut off", "cut off in a chunk")
    },
    **{f"test_an_odd_answer_is_a_failure[{case}]": reason for case, reason in _ODD.items()},
    **{
        f"test_a_result_under_an_error_status_is_a_failure[{status}]": "returns the result as if all were well"
        for status in (500, 502, 429)
    },
    "test_an_error_of_a_gateway_is_a_failure[HTML]": _AGAIN,
    "test_an_error_of_a_gateway_is_a_failure[JSON]": "raises KeyError",
}
