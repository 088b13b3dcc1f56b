"""/auth/*: renew, read and end sign-ins."""

from bedside.identity.domain import DOMAIN
from bedside.identity.principal import Principal
from bedside.identity.sign_out import KillRequest, LogOutRequest
from bedside.identity.token_refresh import RefreshRequest
from bedside.identity.wiring import IdentityWiring
from bedside.platform.api import Api, Call
from bedside.platform.http import Answer
from bedside.platform.wiring import Platform

wiring = Platform().domain(IdentityWiring)
api = Api(DOMAIN, lambda: wiring.platform, lambda: wiring.authenticator)


@api.serves("POST /auth/refresh")
def refresh(call: Call[str, RefreshRequest]) -> Answer:
    pair = wiring.token_refresh.refresh(call.body.refresh_token, call.now_ms)
    return Answer(200, wiring.user_view.token_pair(pair, call.now_ms))


@api.serves("POST /auth/logout")
def log_out(call: Call[Principal, None, LogOutRequest]) -> Answer:
    wiring.sign_out.log_out(call.caller, idle=call.query.reason == "idle")
    return Answer(204)


@api.serves("POST /auth/kill-switch")
def kill(call: Call[Principal, KillRequest]) -> Answer:
    wiring.sign_out.kill(call.caller, call.body.user_id, call.address, call.now_ms)
    return Answer(204)


@api.serves("GET /auth/me")
def me(call: Call[Principal]) -> Answer:
    return Answer(200, wiring.user_view.user(wiring.profile.get(call.caller), call.now_ms))


lambda_handler = api.handler()
