"""A clinic whose clinicians commit photos and notes, with what SQS does."""

from collections.abc import Mapping
from typing import Any, Final

from tests.functions.clinic import NAME, NHI, Answer, Clinic
from tests.functions.hooks import batch
from tests.functions.surgery import Surgery

METADATA: Final[Mapping[str, Any]] = {
    "bodySite": {"code": "forearm", "display": "Forearm"},
    "laterality": {"code": "left", "display": "Left"},
    "imageType": {"code": "close-up", "display": "Close-up"},
}
# As the page shows them, whom the clinic's sessions are of.
SHOWN: Final[Mapping[str, str]] = {"patientId": "PAT-2002", "patientName": NAME, "patientNHI": NHI}
_TEXTS: Final = {"chiefComplaint": "Itching.", "observations": "", "assessment": "", "plan": "Rest."}


class RecordDesk:
    """The clinic, and an encounter that has photos with all that a record wants to know."""

    def __init__(self, clinic: Clinic, *image_ids: str) -> None:
        self.clinic, self.record = clinic, clinic.wiring.commits.facility.record
        clinic.wiring.commits.facility.name = "fhir:https://record.example"
        self.phone = clinic.phone()
        for image_id in image_ids:
            clinic.add(self.phone, image_id, metadata=dict(METADATA))
        self.consent()

    def consent(self) -> None:
        path, consent = {"encounterId": self.clinic.encounter}, {"manner": "spoken", "givenBy": "patient"}
        assert self.clinic.call("consent_record", consent, token=self.clinic.clinician(), path=path).status == 200

    def wished(self, *image_ids: str) -> list[dict[str, Any]]:
        known = {each["imageId"]: each["revision"] for each in self.clinic.look()["images"]}
        return [{"imageId": each, "version": known.get(each, 0)} for each in image_ids]

    def commit(self, *image_ids: str, key: str = "key", token: str | None = None, **more: Any) -> Answer:
        body = {"images": self.wished(*image_ids), "patient": SHOWN, **more}
        path = {"encounterId": self.clinic.encounter}
        return self.clinic.call("commits_commit", body, token=token or self.clinic.clinician(), path=path, key=key)

    def committed(self, *image_ids: str, key: str = "key") -> str:
        """Commit photos; gives the commit's id."""
        answer = self.commit(*image_ids, key=key)
        assert answer.status == 202, answer
        return str(answer.json["commitId"])

    def on(self, call: str, commit_id: str, image_id: str = "", body: Any = None, token: str | None = None) -> Answer:
        path = {"encounterId": self.clinic.encounter, "commitId": commit_id}
        path |= {"imageId": image_id} if image_id else {}
        return self.clinic.call(f"commits_{call}", body, token=token or self.clinic.clinician(), path=path)

    def statuses(self, commit_id: str) -> dict[str, str]:
        answer = self.on("look", commit_id)
        assert answer.status == 200, answer
        return {each["imageId"]: each["status"] for each in answer.json["files"]}

    def work(self) -> None:
        """Hand on the messages that are due: to the function that renders, then to the one that sends."""
        wiring = self.clinic.wiring.commits
        for function, queue in (("photo_render", wiring.renderings_queue), ("record_commit", wiring.records_queue)):
            for message in queue.due():
                result = self.clinic.invoke(function, batch(message), remaining_ms=120_000)
                assert result == {"batchItemFailures": []}

    def on_image(self, call: str, image_id: str, body: Any = None, **headers: str) -> Answer:
        path = {"encounterId": self.clinic.encounter, "imageId": image_id}
        return self.clinic.call(call, body, token=self.clinic.clinician(), path=path, headers=headers)


def known(surgery: Surgery) -> None:
    """Let the facility know the patient, who signs in with her own phone."""
    person = surgery.clinic.call("auth_me", token=surgery.patient).json
    body = {"name": "Mere Pāki", "phone": person["phone"]}
    added = surgery.clinic.call("patients_create", body, token=surgery.practitioner).json
    tied = surgery.clinic.call("patients_tie", token=surgery.practitioner, path={"patientId": added["patientId"]})
    assert tied.status == 200, tied


def signed(surgery: Surgery) -> None:
    """Have the visit, and sign its notes."""
    assert surgery.write_notes(_TEXTS, '"0"').status == 200
    for token in (surgery.patient, surgery.practitioner):
        surgery.join(token)
    surgery.done("end", surgery.practitioner, {})
    surgery.done("sign_notes", surgery.practitioner, {}, headers={"if-match": '"1"'})
