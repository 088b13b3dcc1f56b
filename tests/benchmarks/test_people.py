import itertools
import json

import httpx
import phonenumbers
import pytest

from benchmarks.people import new_numbers, newest_code
from tests.fakes.serving import Handler, serving


def test_no_number_is_given_twice_and_none_is_the_demos() -> None:
    """Each is a mobile number, and no block gets many more than another."""
    numbers = list(itertools.islice(new_numbers(), 600))
    assert len(set(numbers)) == 600
    assert not [number for number in numbers if number.startswith("+64215")]
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in numbers)
    blocks = [sum(number.startswith(f"+6421{digit}") for number in numbers) for digit in "234678"]
    assert blocks == [100] * 6


class _Outbox(Handler):
    """Has had two messages to one number, and none to others."""

    def do_GET(self) -> None:  # noqa: N802  # the name is http.server's
        texts = [f"{code} is your code.\n\n@localhost #{code}" for code in ("222222", "111111")]
        known = self.path.endswith("phone=%2B64212000001")
        self.answer(200, json.dumps([{"text": text} for text in texts] if known else []).encode())


def test_the_newest_code_is_the_one_that_counts() -> None:
    """The outbox gives the newest message first."""
    with serving(_Outbox) as outbox, httpx.Client(trust_env=False) as http:
        assert newest_code(http, outbox, "+64212000001") == "222222"


def test_a_code_that_was_not_sent_is_an_error() -> None:
    """Nothing is measured with a code that was made up."""
    with (
        serving(_Outbox) as outbox,
        httpx.Client(trust_env=False) as http,
        pytest.raises(RuntimeError, match="no code was sent"),
    ):
        newest_code(http, outbox, "+64212000002")
