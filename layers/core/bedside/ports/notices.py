"""What people should be told, as domains see it: each registers a source for its kinds of subjects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person should be told once; instants are Unix ms.

    It is known by `recipient` (a user id), `workflow`, subject and `occurrence`: what the occurrence is, such as the
    start of a visit, tells a repetition from another notice. It is told at `send_at`, or as soon as it is known if that
    has passed, and no more after `until`. `fields` are what its texts need: texts, counts, and instants, which are
    formatted at sending. `link` is the path of the page that it opens, and `short_link` that for text messages, if they
    have another one. Administrators of `facility_id` see that it was told. A notice `at_chosen_time`, such as that of a
    dose, does not wait for the end of quiet hours. `about` is the person that it is about (a user id), for workflows
    with a limit. Notices that share `together` are one message to their recipient: the first that is told speaks of
    all, and the others are withdrawn.
    """

    workflow: str
    recipient: str
    subject_kind: str
    subject_id: str
    occurrence: str
    send_at: int
    fields: Mapping[str, str | int] = field(default_factory=dict, repr=False)
    link: str = "/inbox"
    facility_id: str | None = None
    until: int | None = None
    at_chosen_time: bool = False
    about: str = ""
    together: str = ""
    short_link: str = ""


class NoticeSource(Protocol):
    """Knows what people should be told of subjects of one kind, such as visits."""

    def subject_in(self, item: Mapping[str, Any]) -> str | None:
        """Return the id of the subject that a changed item belongs to, or None for items of other kinds.

        Every source sees the changed items of every table with a stream.
        """
        ...

    def wanted(self, subject_id: str) -> list[Notice]:
        """Return everything that people should be told of the subject as it stands now: what is past and what is ahead.

        It is asked after every change and again before each sending, so it reads little. What is in it no more is not
        told. Returns nothing for a subject that does not exist. Raises UnavailableError.
        """
        ...
