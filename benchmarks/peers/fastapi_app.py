"""The usual way with FastAPI: one application for every call, behind Mangum.

Calls are plain functions, which FastAPI's documentation asks for where a library blocks: they run in its thread pool.
"""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from mangum import Mangum

from benchmarks.peers import codes, models, people, review, sessions, uploads, visits, webhooks
from benchmarks.peers.refusal import Refusal, problem
from benchmarks.peers.wire import Identifier

Authorization = Annotated[str | None, Header()]
UserAgent = Annotated[str, Header()]
PhoneId = Annotated[Identifier, Query(alias="phoneId")]
app = FastAPI(openapi_url=None)


@app.exception_handler(Refusal)
def refused(_request: Request, refusal: Refusal) -> JSONResponse:
    """Answer with a problem."""
    content = problem(refusal.status, refusal.slug)
    return JSONResponse(content, refusal.status, refusal.headers, media_type="application/problem+json")


@app.exception_handler(RequestValidationError)
def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
    """Answer with a problem that names the fields."""
    content = problem(422, "invalid-request", error.errors())
    return JSONResponse(content, 422, media_type="application/problem+json")


@app.post("/session/create", status_code=201)
def create_session(
    request: models.OpenRequest, response: Response, authorization: Authorization = None
) -> models.Opened:
    answer, fields = sessions.open_session(authorization, request)
    response.headers.update(fields)
    return answer


@app.get("/session/token/{token}")
def validate_token(
    token: str, call: Request, response: Response, phone_id: PhoneId, user_agent: UserAgent = ""
) -> models.Scanned:
    answer, fields = sessions.scan(token, phone_id, user_agent, _address(call))
    response.headers.update(fields)
    return answer


@app.post("/session/presigned-url")
def presigned_url(
    request: models.UploadRequest, response: Response, authorization: Authorization = None
) -> models.Granted:
    answer, fields = uploads.grant(authorization, request)
    response.headers.update(fields)
    return answer


@app.post("/session/status")
def report(request: models.StatusRequest, response: Response, authorization: Authorization = None) -> models.Status:
    answer, fields = uploads.report(authorization, request)
    response.headers.update(fields)
    return answer


@app.post("/session/images")
def notify(request: models.NotifyRequest, response: Response, authorization: Authorization = None) -> models.Arrived:
    answer, first = uploads.notify(authorization, request)
    response.status_code = 201 if first else 200
    return answer


@app.get("/session/images/{encounter_id}")
def images(encounter_id: str, since: int = 0, authorization: Authorization = None) -> models.Images:
    return review.look(authorization, encounter_id, since)


@app.patch("/session/images/{encounter_id}/{image_id}")
def describe(
    encounter_id: str, image_id: str, request: models.DescribeRequest, authorization: Authorization = None
) -> models.Image:
    return review.describe(authorization, encounter_id, image_id, request.metadata)


@app.delete("/session/images/{encounter_id}/{image_id}")
def delete(encounter_id: str, image_id: str, authorization: Authorization = None) -> models.Deleted:
    return review.delete(authorization, encounter_id, image_id)


@app.post("/session/live-ticket")
def live_ticket(request: models.TicketRequest, authorization: Authorization = None) -> models.Live:
    return sessions.invite(authorization, request)


@app.delete("/session/{encounter_id}", status_code=204)
def end_session(encounter_id: str, authorization: Authorization = None) -> None:
    sessions.end(authorization, encounter_id)


@app.post("/otp/send", status_code=202)
def send_code(request: models.SendRequest, call: Request, response: Response) -> models.Sent:
    answer, fields = codes.send(request, _address(call))
    response.headers.update(fields)
    return answer


@app.post("/otp/verify")
def verify_code(request: models.VerifyRequest, call: Request, response: Response) -> models.SignIn:
    answer, fields = codes.verify(request, _address(call))
    response.headers.update(fields)
    return answer


@app.post("/auth/refresh")
def refresh(request: models.RefreshRequest) -> models.Pair:
    return people.refresh(request)


@app.get("/auth/me")
def me(authorization: Authorization = None) -> models.User:
    return people.me(authorization)


@app.get("/user/profile")
def profile(response: Response, authorization: Authorization = None) -> models.User:
    answer, fields = people.profile(authorization)
    response.headers.update(fields)
    return answer


@app.get("/admin/users")
def users(
    response: Response,
    facility_id: Annotated[str | None, Query(alias="facilityId")] = None,
    cursor: str | None = None,
    authorization: Authorization = None,
) -> models.Users:
    answer, fields = people.page(authorization, facility_id, cursor)
    response.headers.update(fields)
    return answer


@app.post("/admin/users", status_code=201)
def create_user(
    request: models.CreateRequest, call: Request, response: Response, authorization: Authorization = None
) -> models.User:
    answer, fields = people.create(authorization, request, _address(call))
    response.headers.update(fields)
    return answer


@app.put("/users/{user_id}/roles")
def set_roles(
    user_id: str, request: models.RolesRequest, call: Request, response: Response, authorization: Authorization = None
) -> models.User:
    answer, fields = people.set_roles(authorization, user_id, request, _address(call))
    response.headers.update(fields)
    return answer


async def _raw(call: Request) -> bytes:
    return await call.body()


@app.post("/webhooks/{source}")
def receive(source: str, call: Request, body: Annotated[bytes, Depends(_raw)]) -> models.Received:
    return webhooks.receive(source, call.headers, body)


@app.get("/visits/{visit_id}")
def visit(visit_id: str, response: Response, authorization: Authorization = None) -> models.Visit:
    answer, fields = visits.look(authorization, visit_id)
    response.headers.update(fields)
    return answer


@app.get("/health")
def health() -> models.Health:
    return sessions.health()


def _address(call: Request) -> str:
    return call.client.host if call.client else ""


_mangum = Mangum(app, lifespan="off", text_mime_types=["application/json", "application/problem+json"])


def handler(event: Any, context: Any) -> Any:  # noqa: ANN401  # Lambda's, of any shape
    """Answer an event, with the number of the request."""
    answer = _mangum(event, context)
    answer["headers"]["x-request-id"] = event["requestContext"]["requestId"]
    return answer
