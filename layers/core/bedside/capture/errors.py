"""Errors of capture that a caller can receive, with HTTP status and problem slug."""

from bedside.kernel.errors import BedsideError, NotFoundError


class ImageTooLargeError(BedsideError):
    status, slug, title = 413, "image-too-large", "The image is too large"


class UnsupportedMediaTypeError(BedsideError):
    status, slug, title = 415, "unsupported-media-type", "This type of image is not accepted"


class WrongEncounterError(BedsideError):
    status, slug, title = 403, "wrong-encounter", "This belongs to another encounter"


class PhoneRefusedError(BedsideError):
    status, slug, title = 403, "phone-refused", "This phone was not let into the session"


class TokenExpiredOrInvalidError(BedsideError):
    status, slug, title = 404, "token-expired-or-invalid", "This code has expired or is not valid"


class SessionNotFoundError(NotFoundError):
    slug, title = "session-not-found", "There is no open session"


class PhoneNotFoundError(NotFoundError):
    slug, title = "phone-not-found", "There is no such phone"


class ImageNotFoundError(BedsideError):
    status, slug, title = 404, "image-not-found", "There is no such image"


class ImageDeletedError(BedsideError):
    status, slug, title = 404, "image-deleted", "The image was deleted"


class ImageCommittingError(BedsideError):
    status, slug, title = 409, "committing", "The photo is on its way to the patient's record"


class ImageCommittedError(BedsideError):
    status, slug, title = 409, "committed", "The photo is in the patient's record"


class PhoneJoinedError(BedsideError):
    status, slug, title = 409, "phone-joined", "The phone has joined the session already"


class PhonesFullError(BedsideError):
    status, slug, title = 409, "phones-full", "As many phones have asked to join the session as may"


class ImageLimitReachedError(BedsideError):
    status, slug, title = 409, "image-limit-reached", "The session holds as many images as it may"


class DamagedImageError(BedsideError):
    """The bytes that the phone has stored are not a complete image of the announced type."""

    status, slug, title = 422, "damaged-image", "The photo arrived damaged"


class NotUploadedError(BedsideError):
    status, slug, title = 409, "not-uploaded", "The image has not been uploaded"
