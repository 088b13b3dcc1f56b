"""What nobody can read ends in the dead letters, and holds up nothing else."""

from collections.abc import Mapping
from typing import Any

import pytest

from bedside.adapters.aws.attributes import to_attributes
from bedside.adapters.aws.dynamodb import Table
from bedside.notifications.record import UnreadableRecordError, record_id_of
from bedside.notifications.repository import record_key
from bedside.notifications.trigger import Trigger
from bedside.platform.stream_records import place_of, take_in_order
from tests.tables import NOTIFICATIONS
from tests.unit.notifications.office import HOUR, MINUTE, NOW, PATIENT, Office, World, reminder

ARN = "arn:aws:dynamodb:ap-southeast-2:123456789012:table/bedside-visits-prod/stream/2026-11-01T00:00:00.000"
UNREAD = {"unread": "odd", "table": "bedside-visits-prod"}


class Reader(World):
    """Knows the subjects of items with a start."""

    def subject_in(self, item: Mapping[str, Any]) -> str | None:
        return str(item["pk"]) if item["startsAt"] else None


def _record(image: Mapping[str, Any], number: int) -> dict[str, Any]:
    changed = {"SequenceNumber": str(number), "Keys": {"pk": image.get("pk", {})}, "NewImage": image}
    return {"eventSourceARN": ARN, "dynamodb": changed}


@pytest.mark.parametrize("odd", [{"startsAt": {"N": "soon"}}, {"startsAt": {"BS": []}}, {"startsAt": {}}, {}])
def test_an_item_that_is_not_understood_goes_to_the_queue(odd: Mapping[str, Any]) -> None:
    """With its key alone; the rest of its batch goes on, and without the queue the stream waits at this item."""
    with Office.opened() as office:
        office.world = world = Reader({"v": [reminder(NOW + HOUR)]})
        trigger = Trigger({"visit": lambda: world}, office.planning, office.outlet, lambda _kind, _error: None)
        good = to_attributes({"pk": "v", "startsAt": NOW})
        batch = {"Records": [_record({"pk": {"S": "odd"}, **odd}, 1), _record(good, 2)]}
        passed: list[str] = []

        def take() -> list[dict[str, str]]:
            taken = take_in_order(batch, lambda record: trigger.take(record, office.now), passed.append, "away")
            found: list[dict[str, str]] = taken["batchItemFailures"]
            return found

        office.queue.away = True
        assert take() == [{"itemIdentifier": "1"}]
        assert passed == []
        office.queue.away = False
        assert take() == []
        assert len(passed) == 1
        assert office.queue.due() == [UNREAD]
        assert [record.subject_id for record in office.all()] == ["v"]


@pytest.mark.parametrize("record", [{}, {"dynamodb": None}, {"dynamodb": {"Keys": {"pk": ["odd"]}}}])
def test_a_record_of_no_stream_has_no_place(record: Mapping[str, Any]) -> None:
    """It is reported all the same."""
    assert place_of(record) == ("", "")


def test_a_record_that_nobody_can_read_is_not_sent_on_its_way_for_ever() -> None:
    """The sweeper finds it no more, the inbox shows the others, and it is told once somebody can read it."""
    with Office.opened() as office:
        odd, good = (reminder(NOW, occurrence=name, until=NOW + HOUR) for name in ("odd", "good"))
        office.want(odd, good)
        office.hear()
        table, key = Table(NOTIFICATIONS), record_key(record_id_of(odd))
        whole = table.update(key, "REMOVE #tries", condition="attribute_exists(#tries)", values={})
        for message in office.queue.due():
            if message["record"] != record_id_of(odd):
                office.dispatcher.dispatch(message["record"], office.now)
        for _ in range(2):
            with pytest.raises(UnreadableRecordError):
                office.dispatcher.dispatch(record_id_of(odd), office.now)
        office.now += 10 * MINUTE
        assert office.records.due(office.now, 10) == []
        found, _ = office.records.list_by_recipient(PATIENT, None)
        assert [record.occurrence for record in found] == ["good"]
        assert "tries" not in whole
        table.update(key, "SET #tries = :none", condition="attribute_exists(#pk)", values={"none": 0})
        assert office.dispatcher.dispatch(record_id_of(odd), office.now) == "told"
