"""Delivers what streams, schedules and the queue have to the functions that tell people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bedside.notifications.record import Record
from bedside.notifications.repository import record_key
from tests.conftest import BOOKINGS, NOTIFICATIONS, TABLE, VISITS, client
from tests.functions.clinic import Clinic, event_of
from tests.tables import MEDICATIONS


@dataclass
class Post:
    """The way from a change to those who are told of it, in one clinic."""

    clinic: Clinic

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Each text message with its number."""
        return self.clinic.wiring.identity.sms.messages

    def records(self) -> list[Record]:
        """Every record, by the instant at which it is told."""
        keys = [item["pk"]["S"] for item in client("dynamodb").scan(TableName=NOTIFICATIONS)["Items"]]
        names = [key.removeprefix(record_key("")) for key in keys if key.startswith(record_key(""))]
        found = [self.clinic.wiring.notifications.records.find(name) for name in names]
        return sorted((record for record in found if record), key=lambda record: record.send_at)

    def changed(self, *, twice: bool = False) -> list[Any]:
        """Deliver what the streams have to the trigger; gives the images."""
        assert self.clinic.dynamodb
        tables = (TABLE, VISITS, BOOKINGS, MEDICATIONS)
        images = [image for table in tables for image in self.clinic.dynamodb.take_versions(table)]
        for _ in range(1 + twice):
            self.trigger(images)
        return images

    def trigger(self, images: list[Any]) -> None:
        batch = event_of("notification_trigger")
        [record] = batch["Records"]
        batch["Records"] = [
            {**record, "dynamodb": {"SequenceNumber": str(number), "NewImage": image}}
            for number, image in enumerate(images)
        ]
        assert self.clinic.invoke("notification_trigger", batch) == {"batchItemFailures": []}

    def dispatch(self, *messages: Mapping[str, str]) -> list[str]:
        """Deliver messages in one batch; gives the ids of those that failed."""
        batch = event_of("notification_dispatch")
        [record] = batch["Records"]
        batch["Records"] = [
            {**record, "messageId": str(number), "body": json.dumps(message)} for number, message in enumerate(messages)
        ]
        answer = self.clinic.invoke("notification_dispatch", batch)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def deliver(self, *, twice: bool = False) -> None:
        """Let everything arrive that is on its way now, until nothing is."""
        self.changed(twice=twice)
        notifications = self.clinic.wiring.notifications
        while found := [*notifications.queue.due(), *notifications.scheduler.due(self.clinic.wiring.now_ms())]:
            assert self.dispatch(*[message for message in found for _ in range(1 + twice)]) == []
