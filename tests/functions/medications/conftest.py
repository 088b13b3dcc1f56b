"""The regimen of a clinic's patient."""

import pytest

from tests.functions.clinic import Clinic
from tests.functions.medications.regimen import Regimen


@pytest.fixture
def regimen(clinic: Clinic) -> Regimen:
    return Regimen(clinic)
