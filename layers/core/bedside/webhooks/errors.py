"""Errors of webhooks that a caller can receive, with HTTP status and problem slug."""

from bedside.kernel.errors import BedsideError


class MalformedWebhookError(BedsideError):
    status, slug, title = 400, "malformed", "The webhook is not what it should be"


class ForgedWebhookError(BedsideError):
    status, slug, title = 401, "bad-signature", "The webhook's secret or signature is missing, wrong or too old"


class UnknownSourceError(BedsideError):
    status, slug, title = 404, "unknown-source", "Nobody of this name sends webhooks"
