"""Whatever is added and changed in whatever order, the index of words equals the patients, and search finds them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bedside.adapters.aws.attributes import from_attributes
from bedside.adapters.aws.dynamodb import Table
from bedside.patients import search as searching
from bedside.patients.errors import DuplicateIdentifierError
from bedside.patients.patient import Patient, PatientIdentifier
from bedside.patients.query_terms import terms_of
from bedside.patients.records import record_item, unique_items, word_items
from bedside.patients.repository import PatientRepository
from bedside.patients.search import PatientSearch
from tests.conftest import PATIENTS, client
from tests.examples import examples

FACILITIES = ("FAC1", "FAC2")
NAMES = st.lists(
    st.sampled_from(["Ann", "Ānna", "anders", "O'Brien", "Ngāta", "Ngata", "Ng", "王小明", "Smith-Jones"]),
    min_size=1,
    max_size=3,
).map(" ".join)
FACTS = st.fixed_dictionaries(
    {
        "name": NAMES,
        "born": st.sampled_from([None, "1984-03-07", "1984-07-03", "2001-12-31"]),
        "phone": st.sampled_from([None, "+64211234567", "+64217654567"]),
        "identifiers": st.sampled_from(
            [(), (PatientIdentifier("nhi", "ZZZ0016"),), (PatientIdentifier("mrn", "1984-7"),)]
        ),
        "external_id": st.sampled_from([None, "PAT-1", "PAT-2"]),
        "user_id": st.sampled_from([None, "somebody"]),
    }
)
TYPED = st.sampled_from(
    [
        "an",
        "ann ng",
        "anna",
        "NGĀTA ann",
        "brien",
        "7/3/1984",
        "1984",
        "4567",
        "021 123 4567",
        "zzz 0016",
        "王",
        "smith 84",
        "jones o'brien",
        "1984 ng",
        "",
    ]
)


class Machine(RuleBasedStateMachine):
    """Two facilities, and a model of the patients of each."""

    def __init__(self) -> None:
        super().__init__()
        self.table = Table(PATIENTS)
        self.patients: dict[str, Patient] = {}

    @initialize()
    def empty(self) -> None:
        """Begin with an empty table."""
        for item in self.items():
            client("dynamodb").delete_item(TableName=PATIENTS, Key={"pk": {"S": item[0]}, "sk": {"S": item[1]}})

    @rule(facility_id=st.sampled_from(FACILITIES), facts=FACTS)
    def create(self, facility_id: str, facts: dict[str, object]) -> None:
        """Add somebody, unless another has their number."""
        number = len(self.patients)
        patient = replace(blank(f"p{number}", facility_id), **facts)  # type: ignore[arg-type]  # as drawn
        if self.store(lambda repository: repository.create(patient), patient):
            assert not PatientRepository(self.table).create(patient)
            self.patients[patient.patient_id] = patient

    @rule(number=st.integers(0, 20), facts=FACTS)
    def change(self, number: int, facts: dict[str, object]) -> None:
        """Change somebody, unless another has the new number."""
        before = self.patients.get(f"p{number}")
        if before is None:
            return
        after = replace(before, **facts, version=before.version + 1)  # type: ignore[arg-type]  # as above
        if self.store(lambda repository: repository.replace(before, after), after):
            self.patients[after.patient_id] = after
        assert not PatientRepository(self.table).replace(replace(before, version=77), after)

    @rule(facility_id=st.sampled_from(FACILITIES), typed=TYPED)
    def find(self, facility_id: str, typed: str) -> None:
        """Find exactly those of the facility who have every word, each of them once, on however many pages."""
        search, cursor, found = PatientSearch(self.table), None, list[str]()
        while True:
            page, cursor = search.find(facility_id, typed, "NZ", cursor)
            found += [patient.patient_id for patient in page]
            if cursor is None:
                break
        assert sorted(found) == sorted(
            patient.patient_id for patient in self.in_facility(facility_id) if has_all(patient, typed)
        )

    @invariant()
    def the_index_equals_the_patients(self) -> None:
        """No item is missing, and none is left over."""
        expected = {
            (item["pk"], item["sk"]): item
            for patient in self.patients.values()
            for item in (record_item(patient), *unique_items(patient).values(), *word_items(patient).values())
        }
        assert self.items() == expected

    def store(self, write: Callable[[PatientRepository], bool], patient: Patient) -> bool:
        """Write, and check that it is refused exactly if another patient has something that is unique."""
        taken = {
            key
            for other in self.in_facility(patient.facility_id)
            if other.patient_id != patient.patient_id
            for key in unique_items(other)
        }
        repository = PatientRepository(self.table)
        if taken.isdisjoint(unique_items(patient)):
            return write(repository)
        with pytest.raises(DuplicateIdentifierError) as caught:
            write(repository)
        assert caught.value.name == self.patients[caught.value.patient_id].name
        return False

    def in_facility(self, facility_id: str) -> list[Patient]:
        return [patient for patient in self.patients.values() if patient.facility_id == facility_id]

    def items(self) -> dict[tuple[str, str], dict[str, object]]:
        found = [from_attributes(item) for item in client("dynamodb").scan(TableName=PATIENTS)["Items"]]
        return {(item["pk"], item["sk"]): item for item in found}


def blank(patient_id: str, facility_id: str) -> Patient:
    return Patient(patient_id, facility_id, "?", None, None, None, (), None, None, 1, 1, 1)


def has_all(patient: Patient, typed: str) -> bool:
    return all(
        any(word.startswith(start) for word in patient.words for start in term.starts) for term in terms_of(typed, "NZ")
    )


@pytest.mark.usefixtures("aws")
def test_patients(monkeypatch: pytest.MonkeyPatch) -> None:
    """With pages so small that every search has several."""
    monkeypatch.setattr(searching, "PAGE", 2)
    monkeypatch.setattr(searching, "_LOOKED_AT", 3)
    monkeypatch.setattr(searching, "_REQUESTS", 2)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples(6), stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
