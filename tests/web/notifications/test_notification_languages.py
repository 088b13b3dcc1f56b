"""The pages about notifications in a language that is written from right to left."""

import pytest

from tests.web.mirrored import check_mirrored, use_pseudo
from tests.web.notifications.notifications_fake import Notifications
from tests.web.tabs import Open


def test_all_pages_mirror(visitor: Open, told: Notifications, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is cut off in longer words, and every text is in a catalogue but for what people were told."""
    use_pseudo(monkeypatch)
    people = told.people
    told.tell("Told", "2026-03-30T02:00:00.000Z", text="In full")
    told.deliver(people.clinician, "failed", reason="noChannel")
    told.deliver(people.clinician, "failed", reason="textLimit")
    told.preferences = {**told.preferences, "timeZone": "Europe/Berlin", "quietHours": {"from": "22:00", "to": "07:00"}}
    page = visitor(people.admin, width=390)
    page.goto("/favicon.ico")
    check_mirrored(page, "/inbox", ".message", "Told|In full")
    check_mirrored(page, "/notification-settings", "#categories label", ".*(Berlin|Auckland).*")
    check_mirrored(page, "/delivery-log", "#deliveries > li", "Mere Tipene")
    check_mirrored(page, "/unsubscribe?token=good", "#unsubscribe")
