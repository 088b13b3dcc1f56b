"""/auth/*: a sign-in is renewed, looked at, or ended, here or everywhere."""

from aws_lambda_powertools.event_handler import Response

from bedside.identity.person import user_document
from bedside.identity.sign_in import pair_document
from bedside.identity.token_refresh import KillRequest, RefreshRequest
from bedside.platform import http
from bedside.platform.wiring import Wiring

wiring = Wiring()
app = http.resolver()


@app.post("/auth/refresh")
def refresh() -> Response[str]:
    request = http.read_body(app.current_event, RefreshRequest)
    return http.answer(200, pair_document(wiring.token_refresh.refresh(request.refresh_token, wiring.now_ms())))


@app.post("/auth/logout")
def log_out() -> Response[str]:
    who = wiring.guard.signed_in(app.current_event.headers.get("authorization"), wiring.now_ms())
    wiring.token_refresh.log_out(who)
    return http.answer(204)


@app.post("/auth/kill-switch")
def kill() -> Response[str]:
    event, now = app.current_event, wiring.now_ms()
    who = wiring.guard.signed_in(event.headers.get("authorization"), now)
    request = http.read_body(event, KillRequest) if event.raw_event.get("body") else KillRequest()
    wiring.token_refresh.kill(who, request.user_id, http.caller_address(event), now)
    return http.answer(204)


@app.get("/auth/me")
def me() -> Response[str]:
    now = wiring.now_ms()
    who = wiring.guard.signed_in(app.current_event.headers.get("authorization"), now)
    return http.answer(200, user_document(wiring.token_refresh.self_of(who)))


lambda_handler = http.endpoint(app)
