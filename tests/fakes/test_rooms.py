"""The provider in memory does what its protocol says."""

import pytest

from bedside.kernel.errors import UnavailableError
from bedside.ports.video import RecordingAsset, Rooms
from tests.fakes.rooms import FakeRooms


def test_a_room_is_the_same_however_often_it_is_opened() -> None:
    """It can be ended twice, and recorded twice."""
    rooms = FakeRooms()
    checked: Rooms = rooms
    room = checked.open("v")
    assert room == checked.open("v") != checked.open("w")
    for call in (checked.start_recording, checked.stop_recording, checked.end):
        call(room)
        call(room)
    assert (rooms.recording, rooms.ended) == (set(), {room})
    assert "{token}" in checked.page(room, "patient")
    assert checked.token(room, "j", "patient", 1) != checked.token(room, "k", "patient", 1)


def test_what_was_recorded_is_kept_for_its_room() -> None:
    """With a link; there is none to anything else."""
    rooms = FakeRooms()
    asset = RecordingAsset("a", "completed", 60, 1000)
    rooms.finish("r", asset, "https://example.org/a")
    assert (rooms.assets("r"), rooms.assets("s")) == ([asset], [])
    assert rooms.asset_link("a") == "https://example.org/a"
    with pytest.raises(UnavailableError):
        rooms.asset_link("b")


def test_a_provider_that_is_away_or_forgets_to_answer() -> None:
    """Both fail alike; only the second has done what was asked."""
    rooms = FakeRooms(away=True)
    with pytest.raises(UnavailableError):
        rooms.start_recording("r")
    assert (rooms.asked, rooms.recording) == ([], set())
    rooms.away, rooms.forgetful = False, True
    with pytest.raises(UnavailableError):
        rooms.start_recording("r")
    assert rooms.recording == {"r"}
