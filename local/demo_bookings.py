"""Services of the demo's clinician with hours, so that its patient has something to book: for nothing, and to pay."""

from collections.abc import Mapping

import httpx

from local.demo import Enrolled

_WORKDAYS = range(1, 6)
# Multibanco's vouchers are in euros only.
_SERVICES = {
    "Skin check": {"amount": 0, "currency": "NZD"},
    "Second opinion": {"amount": 4500, "currency": "EUR"},
}


def offer(http: httpx.Client, people: Mapping[str, Enrolled]) -> bool:
    """Add the services, and say when the clinician can be booked; returns whether that worked."""
    clinician, admin = people["clinician"], people["admin"]
    hours = [{"day": day, "from": "09:00", "to": "17:00"} for day in _WORKDAYS]
    availability = {"timeZone": "Pacific/Auckland", "hours": hours, "bufferAfter": 10, "minimumNotice": 60}
    by_clinician = {"Authorization": f"Bearer {clinician.token}", "If-Match": '"0"'}
    path = f"/practitioners/{clinician.user_id}/availability"
    added = []
    for number, (name, price) in enumerate(_SERVICES.items()):
        service = {"name": name, "practitionerId": clinician.user_id, "durationMinutes": 30, "price": price}
        by_admin = {"Authorization": f"Bearer {admin.token}", "Idempotency-Key": f"demo-service-{number}"}
        added.append(http.post("/services", json=service, headers=by_admin).status_code == httpx.codes.CREATED)
    return all(added) and http.put(path, json=availability, headers=by_clinician).status_code == httpx.codes.OK
