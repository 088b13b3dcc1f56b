"""A phone's report of a photo that it has uploaded."""

from pydantic import Field

from bedside.capture.errors import WrongEncounterError
from bedside.capture.metadata import Metadata, TakenRequest
from bedside.capture.object_keys import ObjectKey
from bedside.identity.tokens import UploadCredential
from bedside.kernel.errors import FieldFault, InvalidRequestError
from bedside.kernel.wire import Identifier


class NotifyRequest(TakenRequest):
    encounter_id: Identifier
    s3_key: str = Field(max_length=1024, alias="s3Key")
    metadata: Metadata | None = None


def own_key(phone: UploadCredential, request: NotifyRequest) -> ObjectKey:
    """Return the key if it belongs to the phone's session. Raises InvalidRequestError, WrongEncounterError."""
    if request.encounter_id != phone.encounter_id:
        raise WrongEncounterError("The upload token is for another encounter.")
    key = ObjectKey.parse(request.s3_key)
    if key is None:
        raise InvalidRequestError([FieldFault("s3Key", "This is not a key that was given out.")])
    own = (phone.facility_id, phone.encounter_id, phone.session_started)
    if (key.facility_id, key.encounter_id, key.session_started) != own:
        raise WrongEncounterError("The key belongs to another encounter.")
    return key
