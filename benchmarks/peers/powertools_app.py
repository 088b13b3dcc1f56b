"""The usual way with Powertools: one HTTP resolver for every call, which validates what comes and what goes."""

import json
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Header, Query

from benchmarks.peers import codes, models, people, review, sessions, uploads, visits, webhooks
from benchmarks.peers.refusal import Refusal, problem
from benchmarks.peers.wire import Identifier

_JSON, _PROBLEM = "application/json", "application/problem+json"

Authorization = Annotated[str | None, Header()]
UserAgent = Annotated[str, Header()]
PhoneId = Annotated[Identifier, Query(alias="phoneId")]
app = APIGatewayHttpResolver(enable_validation=True)


@app.exception_handler(Refusal)  # type: ignore[untyped-decorator]  # Powertools leaves it untyped
def refused(refusal: Refusal) -> Response[str]:
    """Answer with a problem."""
    return Response(refusal.status, _PROBLEM, json.dumps(problem(refusal.status, refusal.slug)), refusal.headers)


@app.exception_handler(RequestValidationError)  # type: ignore[untyped-decorator]  # as above
def invalid(error: RequestValidationError) -> Response[str]:
    """Answer with a problem that names the fields."""
    return Response(422, _PROBLEM, json.dumps(problem(422, "invalid-request", error.errors())))


@app.post("/session/create")
def create_session(request: models.OpenRequest, authorization: Authorization = None) -> Response[models.Opened]:
    answer, fields = sessions.open_session(authorization, request)
    return Response(201, _JSON, answer, fields)


@app.get("/session/token/<token>")
def validate_token(token: str, phone_id: PhoneId, user_agent: UserAgent = "") -> Response[models.Scanned]:
    answer, fields = sessions.scan(token, phone_id, user_agent, _address())
    return Response(200, _JSON, answer, fields)


@app.post("/session/presigned-url")
def presigned_url(request: models.UploadRequest, authorization: Authorization = None) -> Response[models.Granted]:
    answer, fields = uploads.grant(authorization, request)
    return Response(200, _JSON, answer, fields)


@app.post("/session/status")
def report(request: models.StatusRequest, authorization: Authorization = None) -> Response[models.Status]:
    answer, fields = uploads.report(authorization, request)
    return Response(200, _JSON, answer, fields)


@app.post("/session/images")
def notify(request: models.NotifyRequest, authorization: Authorization = None) -> Response[models.Arrived]:
    answer, first = uploads.notify(authorization, request)
    return Response(201 if first else 200, _JSON, answer)


@app.get("/session/images/<encounter_id>")
def images(encounter_id: str, since: int = 0, authorization: Authorization = None) -> models.Images:
    return review.look(authorization, encounter_id, since)


@app.patch("/session/images/<encounter_id>/<image_id>")
def describe(
    encounter_id: str, image_id: str, request: models.DescribeRequest, authorization: Authorization = None
) -> models.Image:
    return review.describe(authorization, encounter_id, image_id, request.metadata)


@app.delete("/session/images/<encounter_id>/<image_id>")
def delete(encounter_id: str, image_id: str, authorization: Authorization = None) -> models.Deleted:
    return review.delete(authorization, encounter_id, image_id)


@app.post("/session/live-ticket")
def live_ticket(request: models.TicketRequest, authorization: Authorization = None) -> models.Live:
    return sessions.invite(authorization, request)


@app.delete("/session/<encounter_id>")
def end_session(encounter_id: str, authorization: Authorization = None) -> Response[None]:
    sessions.end(authorization, encounter_id)
    return Response(204)


@app.post("/otp/send")
def send_code(request: models.SendRequest) -> Response[models.Sent]:
    answer, fields = codes.send(request, _address())
    return Response(202, _JSON, answer, fields)


@app.post("/otp/verify")
def verify_code(request: models.VerifyRequest) -> Response[models.SignIn]:
    answer, fields = codes.verify(request, _address())
    return Response(200, _JSON, answer, fields)


@app.post("/auth/refresh")
def refresh(request: models.RefreshRequest) -> models.Pair:
    return people.refresh(request)


@app.get("/auth/me")
def me(authorization: Authorization = None) -> models.User:
    return people.me(authorization)


@app.get("/user/profile")
def profile(authorization: Authorization = None) -> Response[models.User]:
    answer, fields = people.profile(authorization)
    return Response(200, _JSON, answer, fields)


@app.get("/admin/users")
def users(
    facilityId: str | None = None,  # noqa: N803  # as the contract spells it
    cursor: str | None = None,
    authorization: Authorization = None,
) -> Response[models.Users]:
    answer, fields = people.page(authorization, facilityId, cursor)
    return Response(200, _JSON, answer, fields)


@app.post("/admin/users")
def create_user(request: models.CreateRequest, authorization: Authorization = None) -> Response[models.User]:
    answer, fields = people.create(authorization, request, _address())
    return Response(201, _JSON, answer, fields)


@app.put("/users/<user_id>/roles")
def set_roles(user_id: str, request: models.RolesRequest, authorization: Authorization = None) -> Response[models.User]:
    answer, fields = people.set_roles(authorization, user_id, request, _address())
    return Response(200, _JSON, answer, fields)


@app.post("/webhooks/<source>")
def receive(source: str) -> models.Received:
    event = app.current_event
    return webhooks.receive(source, event.headers, (event.decoded_body or "").encode())


@app.get("/visits/<visit_id>")
def visit(visit_id: str, authorization: Authorization = None) -> Response[models.Visit]:
    answer, fields = visits.look(authorization, visit_id)
    return Response(200, _JSON, answer, fields)


@app.get("/health")
def health() -> models.Health:
    return sessions.health()


def _address() -> str:
    return app.current_event.request_context.http.source_ip


def handler(event: Any, context: Any) -> Any:  # noqa: ANN401  # Lambda's, of any shape
    """Answer an event, with the number of the request."""
    answer = app.resolve(event, context)
    answer["headers"]["x-request-id"] = event["requestContext"]["requestId"]
    return answer
