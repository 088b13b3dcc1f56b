"""Errors of plans and doses that a caller can receive, with HTTP status and problem slug."""

from bedside.kernel.errors import BedsideError, NotFoundError


class PlanNotFoundError(NotFoundError):
    slug, title = "plan-not-found", "There is no such plan"


class DoseNotFoundError(NotFoundError):
    slug, title = "dose-not-found", "There is no such dose"


class TooEarlyError(BedsideError):
    status, slug, title = 409, "too-early", "It is too early for this"


class TooManyPlansError(BedsideError):
    status, slug, title = 409, "too-many-plans", "There are too many plans"
