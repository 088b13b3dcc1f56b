# ruff: noqa: ANN401, D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""`AWS::ApiGatewayV2::Api`: the OpenAPI `Body`, `CorsConfiguration` and a predictable id.

MiniStack drops `Body` without a word, so every route that SAM generates would answer 404; it stores
`CorsConfiguration` in CloudFormation's capitals where its own code reads lower camel case; and it makes up ids.
"""

import json
from importlib import import_module
from typing import Any

from local.patches.api_id import api_id

_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"}


def apply() -> None:
    provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
    gateway: Any = import_module("ministack.services.apigateway")
    handler = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create, update = handler["create"], handler["update"]

    def create_with_body(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        body = _body(props)
        tags = {"ms-custom-id": api_id(stack_name, logical_id), **(props.get("Tags") or {})}
        created = create(logical_id, _properties(props, body) | {"Tags": tags}, stack_name)
        _import(gateway, created[0], body)
        return created

    def update_with_body(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack_name: str, logical_id: str | None = None
    ) -> Any:
        body = _body(new)
        updated = update(physical_id, _properties(old, _body(old)), _properties(new, body), stack_name, logical_id)
        if body:
            for store in (gateway._routes, gateway._integrations, gateway._authorizers):
                store[updated[0]] = {}
            _import(gateway, updated[0], body)
        return updated

    handler["create"], handler["update"] = create_with_body, update_with_body


def _body(props: dict[str, Any]) -> dict[str, Any]:
    body = props.get("Body") or {}
    return json.loads(body) if isinstance(body, str) else body


def _properties(props: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Return the properties as the emulator reads them; SAM puts name and CORS into the body."""
    result = {**props, "Name": props.get("Name") or body.get("info", {}).get("title")}
    cors = props.get("CorsConfiguration") or body.get("x-amazon-apigateway-cors")
    if isinstance(cors, dict):
        result["CorsConfiguration"] = {key[0].lower() + key[1:]: value for key, value in cors.items()}
    return result


def _import(gateway: Any, api: str, body: dict[str, Any]) -> None:
    schemes = body.get("components", {}).get("securitySchemes", {})
    authorizers = {name: _authorizer(gateway, api, name, scheme) for name, scheme in schemes.items()}
    for path, item in body.get("paths", {}).items():
        for method, operation in item.items():
            if method in _METHODS:
                _route(gateway, api, path, method, operation, authorizers)


def _authorizer(gateway: Any, api: str, name: str, scheme: dict[str, Any]) -> tuple[str, str]:
    """Create one authorizer; returns (authorization type of its routes, id)."""
    settings = scheme.get("x-amazon-apigateway-authorizer") or {}
    is_jwt = settings.get("type", "").lower() == "jwt"
    source = settings.get("identitySource", "$request.header.Authorization")
    created = _checked(
        gateway._create_authorizer(
            api,
            {
                "name": name,
                "authorizerType": "JWT" if is_jwt else "REQUEST",
                "identitySource": source if isinstance(source, list) else [part.strip() for part in source.split(",")],
                "jwtConfiguration": settings.get("jwtConfiguration", {}),
                "authorizerUri": settings.get("authorizerUri", ""),
                "authorizerPayloadFormatVersion": str(settings.get("authorizerPayloadFormatVersion", "2.0")),
                "authorizerResultTtlInSeconds": settings.get("authorizerResultTtlInSeconds", 0 if not is_jwt else 300),
                "enableSimpleResponses": bool(settings.get("enableSimpleResponses", False)),
                "authorizerCredentialsArn": settings.get("authorizerCredentials", ""),
            },
        )
    )
    return ("JWT" if is_jwt else "CUSTOM", created["authorizerId"])


def _route(
    gateway: Any,
    api: str,
    path: str,
    method: str,
    operation: dict[str, Any],
    authorizers: dict[str, tuple[str, str]],
) -> None:
    wanted = operation["x-amazon-apigateway-integration"]
    integration = _checked(
        gateway._create_integration(
            api,
            {
                "integrationType": wanted["type"].upper(),
                "integrationUri": wanted.get("uri", ""),
                "integrationMethod": wanted.get("httpMethod", "POST"),
                "payloadFormatVersion": str(wanted.get("payloadFormatVersion", "2.0")),
                "timeoutInMillis": wanted.get("timeoutInMillis", 30_000),
            },
        )
    )
    verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
    route: dict[str, Any] = {
        "routeKey": "$default" if path.lstrip("/") == "$default" else f"{verb} {path}",
        "target": f"integrations/{integration['integrationId']}",
    }
    for requirement in operation.get("security", [])[:1]:
        for name, scopes in requirement.items():
            kind, authorizer = authorizers[name]
            route |= {"authorizationType": kind, "authorizerId": authorizer, "authorizationScopes": scopes}
    _checked(gateway._create_route(api, route))


def _checked(response: tuple[int, Any, bytes]) -> dict[str, Any]:
    """Return the emulator's answer; raises ValueError, which fails the deployment, if it refused."""
    status, _, body = response
    if status >= 400:  # noqa: PLR2004 (an HTTP status)
        raise ValueError(f"importing the OpenAPI body: {body!r}")
    answer: dict[str, Any] = json.loads(body)
    return answer
