"""A patient's plans of medicines and their doses, in memory, except where a test queues a fault."""

from dataclasses import dataclass, field
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.web.people_fake import Fault, Json, People, problem

PATHS: Final = {
    "/plans": ["GET", "POST"],
    "/plans/{plan_id}": ["GET", "PATCH", "DELETE"],
    "/plans/{plan_id}/doses": ["GET"],
    "/plans/{plan_id}/{step}": ["POST"],
    "/doses/{dose_id}/{step}": ["POST"],
    "/carers": ["GET", "POST"],
    "/carers/{care_id}/{step}": ["POST"],
    "/patients/{patient_id}": ["GET"],
    "/encounters": ["GET"],
}
_STATES: Final = {"taken": "taken", "skipped": "skipped", "snooze": "snoozed", "undo": "due"}
_EVERY_DAY: Final = {"kind": "times", "days": [1, 2, 3, 4, 5, 6, 7], "times": ["08:00"], "everyHours": None}
# When the fake says that something happens.
NOW: Final = "2026-03-30T19:05:00.000Z"


@dataclass
class Medicines:
    """Plans, the newest last, each with its doses; what was asked, and what goes wrong next."""

    people: People = field(default_factory=People)
    plans: dict[str, Json] = field(default_factory=dict)
    doses: dict[str, list[Json]] = field(default_factory=dict)
    # Who helps the patient, and whom others help, by user ids.
    helpers: list[Json] = field(default_factory=list)
    helped: dict[str, list[Json]] = field(default_factory=dict)
    weeks: list[Json] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    # What was said of doses and plans, such as ("taken", {"at": "…"}).
    wishes: list[tuple[str, Json | None]] = field(default_factory=list)
    origin: str = ""

    def plan(self, medicine: str, **more: object) -> Json:
        """Plan a medicine of the patient."""
        plan_id = f"plan{len(self.plans) + 1}"
        plan: Json = {
            "planId": plan_id,
            "version": 1,
            "patientId": self.people.patient["userId"],
            "medicine": medicine,
            "dose": "1 tablet",
            "timeZone": "Pacific/Auckland",
            "localZone": None,
            "travel": "home",
            "rule": {**_EVERY_DAY, "startsOn": "2026-03-01", "endsOn": None},
            "graceMinutes": 60,
            "state": "active",
            "createdBy": "patient",
            "createdAt": "2026-03-01T19:00:00.000Z",
            "remindersPausedAt": None,
            "unansweredSince": None,
            "next": None,
            "following": [],
            **more,
        }
        self.plans[plan_id] = plan
        self.doses[plan_id] = []
        return plan

    def dose(self, plan: Json, due_at: str, state: str = "due", **more: object) -> Json:
        """Let a plan have a dose, which is its next one while it is due or snoozed."""
        dose: Json = {
            "doseId": f"{plan['planId']}.d{len(self.doses[plan['planId']]) + 1}",
            "dueAt": due_at,
            "state": state,
            "takenAt": None,
            "late": False,
            "snoozedUntil": None,
            "earliestAt": due_at if state in {"due", "snoozed"} else None,
            "undoUntil": None,
            **more,
        }
        self.doses[plan["planId"]].append(dose)
        if state in {"due", "snoozed"}:
            plan["next"] = dose
        return dose

    async def serve(self, request: Request) -> Response:
        """Answer a call as the API does."""
        if self.people.caller(request) is None:
            return problem(401, "unauthorized")
        step = request.path_params.get("step", "")
        faults = self.faults.get(f"{request.method} {step or request.url.path}")
        if faults:
            fault = faults.pop(0)
            return problem(fault.status, fault.slug, fault.headers)
        body = await request.json() if await request.body() else None
        return self._answer_call(request, step, body)

    def _answer_call(self, request: Request, step: str, body: Json | None) -> Response:
        match request.url.path.split("/")[1:]:
            case ["patients", patient_id]:
                return self._patient(patient_id)
            case ["doses", dose_id, _]:
                return self._answer(dose_id, step, body)
            case ["carers", *_]:
                return self._carers(request, step, body)
            case ["encounters"]:
                return JSONResponse({"encounters": [], "cursor": None})
        return self._plan(request, step, body or {})

    def _plan(self, request: Request, step: str, body: Json) -> Response:
        if request.url.path.endswith("/doses"):
            return self._doses(request.path_params["plan_id"])
        if request.url.path == "/plans" and request.method == "GET":
            current = [plan for plan in self.plans.values() if plan["state"] != "ended"]
            return JSONResponse({"plans": current, "cursor": None})
        if request.method != "GET":
            self.wishes.append((step or request.method, body))
        if request.url.path == "/plans":
            rule = {"days": [], "times": [], "everyHours": None, "endsOn": None, **body["rule"]}
            return JSONResponse(self.plan(**(body | {"rule": rule})), 201)
        plan = self.plans[request.path_params["plan_id"]]
        if request.method in {"PATCH", "DELETE"} and request.headers["if-match"] != f'"{plan["version"]}"':
            return problem(412, "precondition-failed", {"etag": f'"{plan["version"]}"'})
        if request.method != "GET":
            plan["version"] += 1
        if request.method == "PATCH":
            plan |= {**body, "rule": plan["rule"] | body.get("rule", {})}
        states = {"DELETE": "ended", "pause": "paused", "resume": "active"}
        plan["state"] = states.get(step or request.method, plan["state"])
        plan["remindersPausedAt"] = None if step == "resume" else plan["remindersPausedAt"]
        return JSONResponse(plan, headers={"etag": f'"{plan["version"]}"'})

    def _doses(self, plan_id: str) -> Response:
        doses = self.doses[plan_id]
        counts = {state: sum(dose["state"] == state for dose in doses) for state in ("taken", "skipped", "missed")}
        late = sum(dose["late"] for dose in doses)
        more = {"adherence": None, "weeks": self.weeks, "months": [], "timeZone": "Pacific/Auckland"}
        return JSONResponse({"doses": doses, **counts, "late": late, **more})

    def _answer(self, dose_id: str, step: str, body: Json | None) -> Response:
        self.wishes.append((step, body))
        plan = self.plans[dose_id.partition(".")[0]]
        [dose] = [one for one in self.doses[plan["planId"]] if one["doseId"] == dose_id]
        at = (body or {}).get("at", NOW)
        dose |= {"state": _STATES[step], "takenAt": at if step == "taken" else None}
        dose["late"] = step == "taken" and "at" in (body or {})
        dose["snoozedUntil"] = "2026-03-30T19:15:00.000Z" if step == "snooze" else None
        dose["undoUntil"] = "2026-03-30T19:15:00.000Z" if step in {"taken", "skipped"} else None
        dose["earliestAt"] = None if dose["undoUntil"] else dose["dueAt"]
        plan["next"] = None if dose["undoUntil"] else dose
        kept = ("doseId", "state", "takenAt", "late", "snoozedUntil", "undoUntil")
        answer = {name: dose[name] for name in kept} | {"planId": plan["planId"], "next": plan["next"]}
        return JSONResponse(answer)

    def care(self, name: str, state: str = "asked", number: int = 1) -> Json:
        """Return what stands between two people."""
        since = "2026-03-29T19:00:00.000Z"
        return {"careId": f"care{number}", "name": name, "state": state, "since": since, "version": 1}

    def _carers(self, request: Request, step: str, body: Json | None) -> Response:
        caller = self.people.caller(request) or {}
        helped = self.helped.get(caller["userId"], [])
        if request.method == "GET":
            return JSONResponse({"helpers": self.helpers, "helped": helped})
        self.wishes.append((step or "ask", body))
        if not step:
            self.helpers = [self.care(str((body or {})["name"]))]
            return JSONResponse(self.helpers[0], 201)
        [care] = [one for one in [*self.helpers, *helped] if one["careId"] == request.path_params["care_id"]]
        care |= {"state": {"accept": "accepted", "decline": "declined", "end": "ended"}[step]}
        self.helpers = [one for one in self.helpers if one["state"] != "ended"]
        self.helped[caller["userId"]] = [one for one in helped if one["state"] in {"asked", "accepted"}]
        return JSONResponse(care)

    def _patient(self, patient_id: str) -> Response:
        patient = {
            "patientId": patient_id,
            "name": "Aroha Ngata",
            "identifiers": [],
            "createdAt": "2026-03-01T19:00:00.000Z",
            "updatedAt": "2026-03-01T19:00:00.000Z",
            "userId": self.people.patient["userId"],
            "identifierKind": {"system": "nhi", "label": "NHI", "required": False},
        }
        return JSONResponse(patient, headers={"etag": '"1"'})
