"""Names the facilities of the demo, enrols its people and signs them in, with the functions' own code.

Reads the stage and its keys as JSON from its standard input; writes {key: {user_id, token}} to its standard output.
"""

import base64
import json
import os
import sys
import time

from bedside.adapters.aws.dynamodb import Table
from bedside.identity.audit import AuditTrail, Entry
from bedside.identity.enrolment import Enrolment
from bedside.identity.facility import FacilitySettings, usual_identifier
from bedside.identity.facility_repository import FacilityRepository
from bedside.identity.keyring import KeyRing
from bedside.identity.mac_keys import MacKeys
from bedside.identity.person_repository import PersonRepository
from bedside.identity.refresh_token import first_token
from bedside.identity.token_family_repository import TokenFamilyRepository
from bedside.identity.tokens import AccessClaims, issue_access_token
from local.demo_people import FACILITIES, PEOPLE

_LIFE_MS = 30 * 24 * 60 * 60 * 1000


def main() -> None:
    """Enrol everybody; an error ends the process with its trace."""
    given = json.load(sys.stdin)
    stage, pseudonym_key = given["stage"], base64.b64decode(given["pseudonym-key"])
    signing_keys = {kid: base64.b64decode(key) for kid, key in json.loads(given["signing-keys"]).items()}
    keys = KeyRing(signing_keys, lambda: signing_keys)
    mac_keys = MacKeys([base64.b64decode(key) for key in json.loads(given["identity-keys"]).values()])
    table = Table(f"bedside-identity-{stage}")
    trail = AuditTrail(Table(f"bedside-audit-{stage}"), os.urandom)
    enrolment, families = Enrolment(PersonRepository(table, trail), pseudonym_key), TokenFamilyRepository(table, trail)
    now_ms = time.time_ns() // 1_000_000
    facilities = FacilityRepository(table, trail)
    for facility_id, name, country, time_zone in FACILITIES:
        entry = Entry("create-facility", "operator", facility_id, facility_id, "demo")
        settings = FacilitySettings(name, country, time_zone, usual_identifier(country))
        facilities.save(facility_id, settings, 0, entry, now_ms)
    enrolled = {}
    for demo in PEOPLE:
        person = enrolment.enrol(demo.phone, demo.roles, demo.facility_id, verified=True, source="demo", now_ms=now_ms)
        # A sign-in like any other, but a longer one, so that scripts need no code.
        refresh = first_token(mac_keys, person.user_id, os.urandom)
        ends_at = now_ms + _LIFE_MS
        families.create(person.user_id, refresh.family_id, refresh.digest, ends_at=ends_at, now_ms=now_ms)
        token = issue_access_token(keys, AccessClaims(person.user_id, refresh.family_id), ends_at)
        enrolled[demo.key] = {"user_id": person.user_id, "token": token}
    json.dump(enrolled, sys.stdout)


if __name__ == "__main__":
    main()
