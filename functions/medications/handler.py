"""/plans/*, /doses/* and /carers/*: what patients take and when, whether they took it, and who learns if not."""

from bedside.identity.principal import Principal
from bedside.medications.domain import DOMAIN
from bedside.medications.representation import PlanDocument
from bedside.medications.requests import (
    CarerRequest,
    DosesRequest,
    PlanChangeRequest,
    PlanListRequest,
    PlanRequest,
    SnoozeRequest,
    TakenRequest,
)
from bedside.medications.wiring import MedicationsWiring
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(MedicationsWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.identity.authenticator)


@api.serves("POST /plans")
def create(call: Call[Principal, PlanRequest]) -> Answer:
    key = call.header("idempotency-key")

    def work() -> PlanDocument:
        return wiring.plans.create(call.caller, call.body, key, call.now_ms)

    return Answer(201, wiring.platform.once(call.caller.user_id, key, call.body, work))


@api.serves("GET /plans")
def list_plans(call: Call[Principal, None, PlanListRequest]) -> Answer:
    return Answer(200, wiring.plans.list_plans(call.caller, call.query, call.now_ms))


@api.serves("GET /plans/{planId}")
def plan(call: Call[Principal]) -> Answer:
    document, version = wiring.plans.get(call.caller, call.path("planId"), call.now_ms)
    return Answer(200, document, version)


@api.serves("PATCH /plans/{planId}")
def change(call: Call[Principal, PlanChangeRequest]) -> Answer:
    plan_id, seen = call.path("planId"), call.header("if-match")
    document, version = wiring.plans.change(call.caller, plan_id, call.body, seen, call.now_ms)
    return Answer(200, document, version)


@api.serves("DELETE /plans/{planId}")
def end(call: Call[Principal]) -> Answer:
    document, version = wiring.plans.end(call.caller, call.path("planId"), call.header("if-match"), call.now_ms)
    return Answer(200, document, version)


@api.serves("POST /plans/{planId}/pause")
def pause(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.plans.pause(call.caller, call.path("planId"), call.now_ms))


@api.serves("POST /plans/{planId}/resume")
def resume(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.plans.resume(call.caller, call.path("planId"), call.now_ms))


@api.serves("GET /plans/{planId}/doses")
def list_doses(call: Call[Principal, None, DosesRequest]) -> Answer:
    return Answer(200, wiring.doses.list_doses(call.caller, call.path("planId"), call.query, call.now_ms))


@api.serves("POST /doses/{doseId}/taken")
def taken(call: Call[Principal, TakenRequest]) -> Answer:
    return Answer(200, wiring.doses.taken(call.caller, call.path("doseId"), call.body, call.now_ms))


@api.serves("POST /doses/{doseId}/skipped")
def skipped(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.doses.skipped(call.caller, call.path("doseId"), call.now_ms))


@api.serves("POST /doses/{doseId}/snooze")
def snooze(call: Call[Principal, SnoozeRequest]) -> Answer:
    return Answer(200, wiring.doses.snooze(call.caller, call.path("doseId"), call.body, call.now_ms))


@api.serves("POST /doses/{doseId}/undo")
def undo(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.doses.undo(call.caller, call.path("doseId"), call.now_ms))


@api.serves("GET /carers")
def list_carers(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.carers.list_carers(call.caller))


@api.serves("POST /carers")
def ask_carer(call: Call[Principal, CarerRequest]) -> Answer:
    return Answer(201, wiring.carers.ask(call.caller, call.body.phone, call.body.name, call.address, call.now_ms))


@api.serves("POST /carers/{careId}/accept")
def accept_care(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.carers.step(call.caller, call.path("careId"), "accept", call.address, call.now_ms))


@api.serves("POST /carers/{careId}/decline")
def decline_care(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.carers.step(call.caller, call.path("careId"), "decline", call.address, call.now_ms))


@api.serves("POST /carers/{careId}/end")
def end_care(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.carers.step(call.caller, call.path("careId"), "end", call.address, call.now_ms))


lambda_handler = api.handler()
