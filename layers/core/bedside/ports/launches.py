"""Launches from inside a facility's record: who opened Bedside there, and for whom."""

from dataclasses import dataclass, field

from bedside.kernel.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class LaunchSecrets:
    """What one launch is tied to: the state and the nonce that come back, and the verifier of its code."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LaunchContext:
    """The practitioner who launched, with the patient and encounter that they had open; ids are the record's.

    The token is good for reading the patient, and is not kept.
    """

    practitioner_id: str
    patient_id: str | None
    encounter_id: str | None
    access_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LaunchedPatient:
    """A patient as the record shows them to who launched."""

    name: str | None = field(repr=False)
    nhi: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class OpenPatient:
    """The patient who is open in a record, by its id, if there is one."""

    patient_id: str | None
    name: str | None = field(default=None, repr=False)
    nhi: str | None = field(default=None, repr=False)


class RecordLaunchError(UnavailableError):
    """The record did not confirm the launch, and will not: it has to be begun anew."""
