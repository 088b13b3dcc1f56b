"""Phones: their names, their words, and their ids, which tell nothing about them."""

from itertools import permutations

import pytest

from bedside.capture.pairing_words import FIRST, SECOND
from bedside.capture.phone import Phone, free_id, numbered, phone_id_of, phone_ids_of, phone_name, words_of

_ANDROID = "Mozilla/5.0 (Linux; Android {}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 {}Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "model", "name"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15", "", "iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X)", "", "iPad"),
        (_ANDROID.format("14; Pixel 8", "Mobile "), "", "Android phone (Pixel 8)"),
        (_ANDROID.format("13; SM-G991B Build/TP1A.220624.014; wv", "Mobile "), "", "Android phone (SM-G991B)"),
        (_ANDROID.format("10; K", "Mobile "), "", "Android phone"),
        (_ANDROID.format("10; K", "Mobile "), '"Pixel 9 Pro"', "Android phone (Pixel 9 Pro)"),
        (_ANDROID.format("10; K", ""), '""', "Android tablet"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "", "Android phone"),
        (_ANDROID.format("14; <b>Aroha</b>", "Mobile "), "<script>", "Android phone"),
        (_ANDROID.format(f"14; {'x' * 60}", "Mobile "), "", "Android phone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "", "Mac"),
        ("curl/8.9", "", "Phone"),
        ("", "", "Phone"),
    ],
)
def test_a_phone_is_named_as_people_know_it(user_agent: str, model: str, name: str) -> None:
    """By its headers, which may say anything: only what looks like a model's name is taken from them."""
    assert phone_name(user_agent, model) == name


def test_phones_of_one_name_are_numbered_in_their_order() -> None:
    """However they are listed; the first stays without a number."""
    phones = [
        Phone(name, kind, at, "joined") for name, kind, at in [("a", "iPhone", 2), ("b", "iPad", 3), ("c", "iPhone", 4)]
    ]
    for order in permutations(phones):
        assert numbered(order) == {"a": "iPhone", "b": "iPad", "c": "iPhone 2"}


def test_words_and_id_belong_to_phone_and_encounter() -> None:
    """The same phone has others in another encounter; without the key nobody could tell or search for them."""
    ids = {
        phone_id_of(key, encounter, device)
        for key in (b"k", b"l")
        for encounter in ("k" * 24, "l" * 24)
        for device in ("one", "two")
    }
    assert len(ids) == len({words_of(each) for each in ids}) == 8
    assert phone_id_of(b"k", "k" * 24, "one") == phone_id_of(b"k", "k" * 24, "one")
    assert all(len(each) == 16 for each in ids)


def test_no_word_is_mistaken_for_another() -> None:
    """All differ, and none is long."""
    words = FIRST + SECOND
    assert len(set(words)) == len(words) == 128
    assert all(word.isalpha() and word.islower() and 3 <= len(word) <= 8 for word in words)


def test_no_two_phones_show_the_same_words() -> None:
    """Whose words are taken gets another id, as long as there is one."""
    ids = list(phone_ids_of(b"k", "k" * 24, "one"))
    assert len({words_of(each) for each in ids}) == len(ids) == 8
    twins = [each[:8] + "0" * 8 for each in ids]
    assert free_id(ids, []) == ids[0]
    assert free_id(ids, twins[:2]) == ids[2]
    assert free_id(ids, twins) is None
