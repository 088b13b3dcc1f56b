"""Starting and stopping recordings, and what the provider tells of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bedside.adapters.aws.dynamodb import Table
from bedside.adapters.aws.s3 import Links
from bedside.kernel.errors import UnavailableError, WrongStateError
from bedside.ports.video import RecordingAsset
from bedside.visits.errors import RecordingNotFoundError, VisitNotFoundError
from bedside.visits.facts import Decision, with_decision
from bedside.visits.recordings.changes import RecordingChanges
from bedside.visits.recordings.facts import NOT_COPIED, with_copy, with_copy_failure, with_file
from bedside.visits.recordings.model import GIVEN_UP, Copy, File
from bedside.visits.recordings.overdue import OverdueRecordings
from bedside.visits.recordings.queries import RecordingQueries
from bedside.visits.recordings.repository import RecordingRepository
from bedside.visits.recordings.service import Recordings
from bedside.visits.repository import VisitRepository
from tests.conftest import VISITS
from tests.fakes.rooms import FakeRooms
from tests.unit.visits.life import BOOKED, RULES, T

HOUR = 3_600_000
ROOM = "room-of-v"
RUNNING = replace(BOOKED, state="inProgress")
LINK = "https://store.example.org/b.mp4?signature=secret"
DELIVERED = {
    "room_id": ROOM,
    "room_name": "v",
    "session_id": "s",
    "recording_path": "s3://store/b.mp4",
    "recording_presigned_url": LINK,
    "size": 1000,
    "duration": 60,
}
BEAM = {"room_id": ROOM, "session_id": "s", "beam_id": "b", "job_id": "j", "recording_enabled": True}


@dataclass
class Studio:
    """Recordings with a provider in memory, and what was sent and scheduled; nothing can be sent while `mute`."""

    recordings: Recordings
    queries: RecordingQueries
    overdue: OverdueRecordings
    record: RecordingRepository
    rooms: FakeRooms
    sent: list[Mapping[str, str]] = field(default_factory=list)
    scheduled: list[tuple[str, int]] = field(default_factory=list)
    mute: bool = False

    def send(self, message: Mapping[str, str]) -> None:
        if self.mute:
            raise UnavailableError("The message could not be queued.")
        self.sent.append(message)

    def tell(self, kind: str, now: int = T, /, **data: Any) -> bool:
        told = {**(DELIVERED if kind.endswith("recording.success") or kind == "recording.success" else BEAM), **data}
        return self.recordings.handle_event("v", kind, told, now)

    def state(self) -> str:
        return str(self.queries.get(RUNNING, T)["state"])

    def finish(self, sha256: str = "ab" * 32) -> None:
        """Let every copy that was asked for be made."""
        for message in self.sent:
            name = message["file"]
            copy = Copy(f"recordings/FAC001/v/{name}.mp4", sha256, 1000)
            self.record.update("v", lambda recording: with_copy(recording, name, copy))  # noqa: B023  # called at once
        self.sent.clear()


@pytest.fixture
def studio(aws: None) -> Studio:  # noqa: ARG001  # the table is in memory
    visits = VisitRepository(Table(VISITS), RULES)
    booked = replace(BOOKED, facts=replace(BOOKED.facts, room_id=ROOM))
    assert visits.create(booked, by="admin", now_ms=T)
    record, rooms = RecordingRepository(Table(VISITS), HOUR, lambda: T), FakeRooms()
    scheduled = list[tuple[str, int]]()
    changes = RecordingChanges(
        repository=record,
        send=lambda message: found.send(message),  # noqa: PLW0108  # a test may put another in its place
        schedule=lambda visit_id, at: scheduled.append((visit_id, at)),
        overdue_ms=HOUR,
    )
    found = Studio(
        Recordings(changes, visits, lambda: rooms),
        RecordingQueries(record, Links("recordings", "us-east-1", ""), 60),
        OverdueRecordings(changes, lambda: rooms),
        record,
        rooms,
        scheduled=scheduled,
    )
    return found


def test_a_recording_from_start_to_download(studio: Studio) -> None:
    """Started once at the provider, stopped, told, copied; then there is a link that is saved under a plain name."""
    assert studio.recordings.start(RUNNING, T) == {"state": "starting"}
    assert studio.tell("beam.started.success")
    assert studio.recordings.start(RUNNING, T + 1) == {"state": "running"}
    assert studio.rooms.asked.count(("start_recording", ROOM)) == 1
    assert studio.recordings.stop(RUNNING, T + 2) == {"state": "stopping"}
    assert studio.tell("beam.stopped.success", T + 3)
    assert studio.state() == "processing"
    assert studio.tell("beam.recording.success", T + 4, beam_id="b")
    assert studio.state() == "copying"
    [message] = studio.sent
    assert set(message) == {"visitId", "file"}
    studio.finish()
    document: dict[str, Any] = dict(studio.queries.get(RUNNING, T + 5))
    url = document.pop("downloadUrl")
    assert url.startswith(f"https://recordings.s3.us-east-1.amazonaws.com/recordings/FAC001/v/{message['file']}.mp4?")
    assert "response-content-disposition=attachment%3B%20filename%3D%22recording-v-1.mp4%22" in url
    [part] = document.pop("parts")
    assert part["downloadUrl"] == url
    assert document == {"state": "completed", "sha256": "ab" * 32, "sizeBytes": 1000, "durationSeconds": 60}
    assert "secret" not in str(studio.record.find("v"))


@pytest.mark.parametrize("state", ["scheduled", "waiting", "completed", "noShow", "timedOut", "cancelled", "failed"])
def test_only_a_visit_that_is_under_way_is_recorded(studio: Studio, state: Any) -> None:
    """The provider is not asked."""
    with pytest.raises(WrongStateError) as refused:
        studio.recordings.start(replace(BOOKED, state=state), T)
    assert refused.value.state == state
    assert studio.rooms.asked == []
    assert studio.queries.summary("v") == {"recorded": False, "recordingState": None}


def end_visit(studio: Studio) -> None:
    """Let the visit be over, with everything that its end brings about."""
    cancelled = Decision("cancel", T, "somebody")
    _, visit = studio.recordings.visits.update("v", lambda visit: with_decision(visit.facts, cancelled), T)
    studio.recordings.end_with_visit(visit, T)


def test_a_visit_that_ends_while_its_recording_is_started(studio: Studio) -> None:
    """Whoever ended it found no recording: this one does not wait for that end for ever."""
    end_visit(studio)
    with pytest.raises(WrongStateError) as refused:
        studio.recordings.start(RUNNING, T + 1)
    assert refused.value.state == "cancelled"
    assert ("start_recording", ROOM) not in studio.rooms.asked
    assert studio.record.due(T + 1 + HOUR, 10) == ["v"]


def test_a_visit_that_ends_while_the_first_word_of_its_recording_comes(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recording is over with it, although the end came before there was anything to end."""
    write = RecordingRepository._write  # noqa: SLF001  # the moment in between

    def ending(*args: Any) -> None:
        monkeypatch.setattr(RecordingRepository, "_write", write)
        end_visit(studio)
        write(*args)

    monkeypatch.setattr(RecordingRepository, "_write", ending)
    assert studio.tell("beam.started.success", T + 1)
    assert studio.state() == "processing"
    assert studio.record.due(T + 1 + HOUR, 10) == ["v"]


def test_an_interrupted_visit_can_be_recorded(studio: Studio) -> None:
    """The one who is back wants the rest of it too."""
    assert studio.recordings.start(replace(BOOKED, state="interrupted"), T)["state"] == "starting"


def test_a_start_without_an_answer_is_known(studio: Studio) -> None:
    """It may be running: the record says so, starting again asks the provider again, stopping stops it."""
    in_room = replace(RUNNING, facts=replace(RUNNING.facts, room_id=ROOM))
    studio.rooms.forgetful = True
    with pytest.raises(UnavailableError):
        studio.recordings.start(in_room, T)
    assert studio.state() == "starting"
    studio.rooms.forgetful = False
    assert studio.recordings.start(RUNNING, T + 1) == {"state": "starting"}
    assert studio.rooms.asked.count(("start_recording", ROOM)) == 2
    recording = studio.record.find("v")
    assert recording is not None
    assert len(recording.asks) == 1
    assert studio.recordings.stop(RUNNING, T + 2) == {"state": "processing"}


def test_a_stop_without_an_answer_is_repeated(studio: Studio) -> None:
    """Until the provider has taken it."""
    studio.recordings.start(RUNNING, T)
    studio.rooms.forgetful = True
    with pytest.raises(UnavailableError):
        studio.recordings.stop(RUNNING, T + 1)
    assert studio.state() == "stopping"
    studio.rooms.forgetful = False
    assert studio.recordings.stop(RUNNING, T + 2) == {"state": "processing"}
    assert studio.recordings.stop(RUNNING, T + 3) == {"state": "processing"}
    assert studio.rooms.asked.count(("stop_recording", ROOM)) == 2


def test_while_it_stops_it_cannot_be_started(studio: Studio) -> None:
    """The caller is told so."""
    studio.recordings.start(RUNNING, T)
    studio.tell("beam.started.success")
    studio.recordings.stop(RUNNING, T + 1)
    with pytest.raises(WrongStateError) as refused:
        studio.recordings.start(RUNNING, T + 2)
    assert refused.value.state == "stopping"


def test_two_parts(studio: Studio) -> None:
    """Both can be fetched, oldest first; what stands on top is the newer."""
    for name, at in (("b", T), ("c", T + 10)):
        studio.recordings.start(RUNNING, at)
        studio.tell("beam.started.success", at + 1, beam_id=name)
        studio.recordings.stop(RUNNING, at + 2)
        studio.tell("beam.stopped.success", at + 3, beam_id=name)
        studio.tell("beam.recording.success", at + 4, beam_id=name, recording_path=f"s3://{name}", size=at)
    studio.finish()
    document = studio.queries.get(RUNNING, T)
    assert (document["state"], len(document["parts"])) == ("completed", 2)
    assert document["downloadUrl"] == document["parts"][1]["downloadUrl"] != document["parts"][0]["downloadUrl"]


def test_there_is_no_recording_of_a_visit_that_was_not_recorded(studio: Studio) -> None:
    """To look at, to stop, or to end with the visit."""
    for call in (studio.queries.get, studio.recordings.stop):
        with pytest.raises(RecordingNotFoundError):
            call(RUNNING, T)
    studio.recordings.end_with_visit(RUNNING, T)
    studio.overdue.check("v", T)
    assert studio.record.find("v") is None


def test_a_recording_that_was_started_in_the_room(studio: Studio) -> None:
    """Is one all the same; it is stopped as any other, or ends with its visit."""
    assert studio.tell("beam.started.success")
    assert studio.state() == "running"
    assert studio.recordings.stop(RUNNING, T + 1) == {"state": "stopping"}
    assert studio.rooms.asked[-1] == ("stop_recording", ROOM)


def test_a_visits_end_ends_its_recording(studio: Studio) -> None:
    """Nobody has to stop it, and from then on it is waited for."""
    studio.recordings.start(RUNNING, T)
    studio.tell("beam.started.success")
    studio.recordings.end_with_visit(RUNNING, T + 1000)
    studio.recordings.end_with_visit(RUNNING, T + 2000)
    assert studio.state() == "processing"
    assert studio.scheduled == [("v", T + 1000 + HOUR)]


def test_what_is_told_after_the_visit(studio: Studio) -> None:
    """Of a recording that nobody of ours started: it does not run any more."""
    studio.recordings.visits.update("v", lambda visit: visit.facts, T + 60 * 60_000)
    assert studio.tell("beam.started.success", T + 61 * 60_000)
    assert studio.state() == "processing"


@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("kind", ["beam.started.success", "beam.failure", "recording.success", "recording.failed"])
def test_what_is_told_of_another_room_is_kept_elsewhere(studio: Studio, kind: str, *, started: bool) -> None:
    """Even if that room has the visit's name, whether or not the visit is recorded in its own."""
    if started:
        studio.recordings.start(RUNNING, T)
    before = studio.record.find("v")
    for room_id in ("another", None, ["room-of-v"]):
        assert not studio.tell(kind, room_id=room_id)
    assert studio.record.find("v") == before
    assert studio.sent == []


def test_of_an_unknown_visit_nothing_is_kept(studio: Studio) -> None:
    """Whoever listens keeps the event as none of ours."""
    with pytest.raises(VisitNotFoundError):
        studio.recordings.handle_event("w", "beam.started.success", BEAM, T)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("beam.other", BEAM),
        ("beam.started.success", {**BEAM, "recording_enabled": False}),
        ("beam.started.success", {"beam_id": 5}),
        ("beam.stopped.success", {}),
        ("beam.failure", {"beam_id": "b" * 5000}),
        ("recording.success", {"recording_path": None}),
        ("track.recording.success", DELIVERED),
    ],
)
def test_what_says_nothing_of_use_is_kept_elsewhere(studio: Studio, kind: str, data: Mapping[str, Any]) -> None:
    """Nothing is learned from it."""
    assert not studio.recordings.handle_event("v", kind, data, T)
    assert studio.record.find("v") is None


@pytest.mark.parametrize(
    ("kind", "data", "failure"),
    [
        ("recording.failed", {"error": "a name?", "error_type": "API_ERROR"}, "API_ERROR"),
        ("recording.failed", {"error_type": "<b>"}, ""),
        ("beam.failure", {"error_type": "MAX_RETRIES_REACHED"}, "MAX_RETRIES_REACHED"),
        ("beam.stopped.success", {"reason": "failure: MAX_RETRIES_REACHED"}, "MAX_RETRIES_REACHED"),
    ],
)
def test_a_failure_is_visible(studio: Studio, kind: str, data: Mapping[str, Any], failure: str) -> None:
    """In a plain sentence, with the provider's word for it and nothing else of it."""
    studio.recordings.start(RUNNING, T)
    studio.tell("beam.started.success")
    assert studio.tell(kind, T + 1, **data)
    studio.recordings.end_with_visit(RUNNING, T + 2)
    document = studio.queries.get(RUNNING, T + 3)
    assert document["state"] == "failed"
    assert document["failure"].startswith("The video provider could not record")
    assert failure in document["failure"]
    assert "name?" not in document["failure"]
    assert studio.queries.summary("v") == {"recorded": False, "recordingState": "failed"}


def test_a_copy_is_asked_for_again_with_every_word_of_the_file(studio: Studio) -> None:
    """Whoever heard it first may have died before asking; once it is copied nobody asks."""
    studio.recordings.start(RUNNING, T)
    studio.tell("recording.success")
    studio.tell("recording.success", T + 1)
    assert len(studio.sent) == 2
    assert studio.sent[0] == studio.sent[1]
    studio.finish()
    studio.tell("recording.success", T + 2)
    assert studio.sent == []


def test_what_the_provider_did_not_tell_is_asked(studio: Studio) -> None:
    """When it is overdue; what it has is copied."""
    studio.recordings.start(RUNNING, T)
    studio.recordings.stop(RUNNING, T)
    studio.rooms.finish(ROOM, RecordingAsset("a", "completed", 60, 1000, "s3://store/b.mp4"))
    studio.rooms.finish(ROOM, RecordingAsset("p", "processing", None, None))
    studio.overdue.check("v", T + HOUR - 1)
    assert ("assets", ROOM) not in studio.rooms.asked
    studio.overdue.check("v", T + HOUR)
    assert (studio.state(), len(studio.sent)) == ("copying", 1)
    studio.overdue.check("v", T + HOUR)
    assert len(studio.sent) == 1
    # The webhook that comes after all is about the same file.
    studio.tell("recording.success", T + HOUR + 1)
    recording = studio.record.find("v")
    assert recording is not None
    assert [(file.asset_id, file.link) for file in recording.parts] == [("a", LINK)]


def test_what_does_not_come_is_given_up(studio: Studio) -> None:
    """After the second look; and the record says when each is due."""
    studio.recordings.start(RUNNING, T)
    studio.recordings.stop(RUNNING, T)
    assert studio.record.due(T + HOUR - 1, 10) == []
    assert studio.record.due(T + HOUR, 10) == ["v"]
    studio.overdue.check("v", T + HOUR)
    studio.overdue.check("v", T + HOUR)
    assert (studio.state(), studio.record.due(T + HOUR, 10)) == ("processing", [])
    studio.overdue.check("v", T + 2 * HOUR)
    assert studio.queries.get(RUNNING, T)["failure"] == GIVEN_UP
    assert studio.record.due(T + 9 * HOUR, 10) == []
    assert studio.scheduled == [("v", T + HOUR), ("v", T + 2 * HOUR)]
    studio.tell("recording.success", T + 9 * HOUR)
    assert studio.state() == "copying"


def test_a_provider_that_is_away_is_asked_later(studio: Studio) -> None:
    """Nothing is given up because of it."""
    studio.recordings.start(RUNNING, T)
    studio.recordings.stop(RUNNING, T)
    studio.rooms.away = True
    for _ in range(3):
        with pytest.raises(UnavailableError):
            studio.overdue.check("v", T + 5 * HOUR)
    studio.rooms.away = False
    studio.overdue.check("v", T + 5 * HOUR)
    assert studio.state() == "processing"


def test_an_asset_that_failed(studio: Studio) -> None:
    """Is not waited for any longer."""
    studio.recordings.start(RUNNING, T)
    studio.recordings.stop(RUNNING, T)
    studio.rooms.finish(ROOM, RecordingAsset("a", "failed", None, None))
    studio.overdue.check("v", T + HOUR)
    assert studio.state() == "failed"


def test_a_copy_that_got_lost_is_asked_for_again(studio: Studio) -> None:
    """Once; then it has failed."""
    studio.recordings.start(RUNNING, T)
    studio.tell("recording.success", T)
    studio.recordings.end_with_visit(RUNNING, T)
    studio.overdue.check("v", T + HOUR)
    assert len(studio.sent) == 2
    studio.record.update("v", lambda recording: with_file(recording, File("n", T + HOUR + 1, T + HOUR + 1))[0])
    studio.overdue.check("v", T + 2 * HOUR)
    assert len(studio.sent) == 2
    assert studio.queries.get(RUNNING, T)["failure"] == NOT_COPIED


def test_a_listed_file_that_could_not_be_asked_for_stays_due(studio: Studio) -> None:
    """The next look asks for its copy; nobody waits another hour, and it has its two tries then."""
    studio.recordings.start(RUNNING, T)
    studio.recordings.end_with_visit(RUNNING, T)
    studio.rooms.finish(ROOM, RecordingAsset("a", "completed", 60, 1000, "s3://store/b.mp4"))
    studio.mute = True
    for _ in range(3):
        with pytest.raises(UnavailableError):
            studio.overdue.check("v", T + HOUR)
        assert studio.record.due(T + HOUR, 10) == ["v"]
    studio.mute = False
    studio.overdue.check("v", T + HOUR + 60_000)
    assert (len(studio.sent), studio.record.due(T + 2 * HOUR, 10)) == (1, [])
    assert studio.scheduled[-1] == ("v", T + 2 * HOUR + 60_000)
    studio.overdue.check("v", T + 2 * HOUR + 60_000)
    assert (len(studio.sent), studio.state()) == (2, "copying")


def test_a_lost_copy_that_could_not_be_asked_for_stays_due(studio: Studio) -> None:
    """What was not asked for is not given up either."""
    studio.recordings.start(RUNNING, T)
    studio.tell("recording.success", T)
    studio.recordings.end_with_visit(RUNNING, T)
    studio.mute = True
    for _ in range(3):
        with pytest.raises(UnavailableError):
            studio.overdue.check("v", T + HOUR)
        assert (studio.state(), studio.record.due(T + HOUR, 10)) == ("copying", ["v"])
    studio.mute = False
    studio.overdue.check("v", T + HOUR)
    assert (len(studio.sent), studio.state(), studio.record.due(T + HOUR, 10)) == (2, "copying", [])


def test_two_looks_at_once_ask_for_a_copy_as_one(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """A timer and the sweeper may come together: the second message finds it done, and counts as no second try."""
    studio.recordings.start(RUNNING, T)
    studio.tell("recording.success", T)
    studio.recordings.end_with_visit(RUNNING, T)
    send = studio.send

    def meeting(message: Mapping[str, str]) -> None:
        monkeypatch.setattr(studio, "send", send)
        studio.overdue.check("v", T + HOUR)
        send(message)

    monkeypatch.setattr(studio, "send", meeting)
    studio.overdue.check("v", T + HOUR)
    recording = studio.record.find("v")
    assert recording is not None
    assert [file.asked for file in recording.parts] == [2]
    assert len(studio.sent) == 3


def test_one_part_of_two_that_failed(studio: Studio) -> None:
    """Is visible, and the other can be fetched."""
    studio.recordings.start(RUNNING, T)
    studio.tell("recording.success", T)
    studio.finish()
    studio.tell("recording.success", T + 1, recording_path="s3://c", size=5)
    [message] = studio.sent
    studio.record.update("v", lambda recording: with_copy_failure(recording, message["file"], NOT_COPIED))
    studio.recordings.end_with_visit(RUNNING, T + 2)
    document = studio.queries.get(RUNNING, T)
    assert (document["state"], document["failure"]) == ("failed", NOT_COPIED)
    assert "downloadUrl" in document
    assert [part["state"] for part in document["parts"]] == ["completed", "failed"]
    assert studio.queries.summary("v") == {"recorded": True, "recordingState": "failed"}


def test_a_room_leads_to_its_visit(studio: Studio) -> None:
    """What is told of beams names only the room."""
    assert studio.recordings.visit_of(ROOM) == ""
    studio.recordings.start(RUNNING, T)
    studio.recordings.start(RUNNING, T)
    assert studio.recordings.visit_of(ROOM) == "v"
