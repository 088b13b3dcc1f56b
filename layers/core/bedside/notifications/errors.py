"""Errors of notifications that a caller can receive, with HTTP status and problem slug."""

from bedside.kernel.errors import BedsideError, NotFoundError


class NotificationNotFoundError(NotFoundError):
    slug, title = "notification-not-found", "There is no such message"


class CriticalRequiredError(BedsideError):
    """What is critical has to reach people on some channel."""

    status, slug, title = 422, "critical-required", "Critical messages cannot be turned off"


class ChannelOffError(BedsideError):
    """This stage has no sender for such messages."""

    status, slug, title = 409, "channel-off", "Messages of this kind are not set up here"


class CodeInvalidError(BedsideError):
    """The code for a mail address is wrong, expired, was tried too often, or was never sent."""

    status, slug, title = 422, "code-invalid", "This code is not valid"


class LinkInvalidError(NotFoundError):
    slug, title = "link-invalid", "This link is not valid any more"
