"""POST /session/live-ticket."""

from tests.functions.clinic import Clinic, refusal


def test_the_example_event_needs_a_token(clinic: Clinic) -> None:
    """The example's made-up token is refused."""
    refusal(clinic.call("live_ticket"), 401, "unauthorized")


def test_every_ticket_is_new(clinic: Clinic) -> None:
    """An open session gives as many as are asked for."""
    clinic.open()
    answers = [clinic.call("live_ticket", token=clinic.clinician()) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert set(answers[0].json) == {"url", "ticket"}
    assert answers[0].json["ticket"] != answers[1].json["ticket"]


def test_no_session_no_ticket(clinic: Clinic) -> None:
    """Without an open session, or with another facility's, there is none."""
    refusal(clinic.call("live_ticket", token=clinic.clinician()), 404, "session-not-found")
    clinic.open()
    refusal(clinic.call("live_ticket", token=clinic.clinician("FAC002")), 404, "session-not-found")
    refusal(clinic.call("live_ticket", token=clinic.clinician(roles=("patient",))), 403, "forbidden")


def test_tickets_do_not_fill_the_session(clinic: Clinic) -> None:
    """It keeps the ten newest of a sign-in: an item that is full takes no photo either."""
    clinic.open()
    token = clinic.clinician()
    assert {clinic.call("live_ticket", token=token).status for _ in range(13)} == {200}
    [session] = clinic.everything()[0]
    assert len(session["tickets"]["M"]) == 10
