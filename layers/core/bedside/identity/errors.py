"""Errors of people and their sign-ins that a caller can receive, with HTTP status and problem slug."""

from bedside.kernel.errors import BedsideError, LimitReachedError, NotFoundError


class UnauthorizedError(BedsideError):
    status, slug, title = 401, "unauthorized", "Sign in or scan again"


class OtpInvalidError(BedsideError):
    """The code is wrong, expired, already used or was never sent; callers cannot tell which."""

    status, slug, title = 401, "otp-invalid", "This code is not valid"


class NotVerifiedError(BedsideError):
    status, slug, title = 403, "not-verified", "Your facility has not verified you yet"


class UserNotFoundError(BedsideError):
    status, slug, title = 404, "user-not-found", "There is no such user"


class FacilityNotFoundError(NotFoundError):
    """The facility has no name and settings yet, although people may belong to it."""

    slug, title = "facility-not-found", "There is no such facility"


class UserExistsError(BedsideError):
    status, slug, title = 409, "user-exists", "This number belongs to a user already"


class DeactivatedError(BedsideError):
    status, slug, title = 403, "deactivated", "Your account is deactivated"


class SignInNotFoundError(BedsideError):
    status, slug, title = 404, "sign-in-not-found", "This sign-in has ended"


class UserInUseError(BedsideError):
    status, slug, title = 409, "user-in-use", "This user has signed in"


class TooManyCodesError(LimitReachedError):
    slug, title = "too-many-codes", "Too many codes were sent"


class TooManyAttemptsError(LimitReachedError):
    slug, title = "too-many-attempts", "Too many wrong codes"
