# ruff: noqa: D103, SLF001 (the emulator is untyped, and what is patched is its inside)
"""`AWS::ApiGatewayV2::RouteResponse`, a resource type that MiniStack's CloudFormation does not know; its API does."""

from importlib import import_module
from typing import Any


def apply() -> None:
    provisioners: Any = import_module("ministack.services.cloudformation.provisioners")
    apigateway: Any = import_module("ministack.services.apigateway")

    def create(logical_id: str, props: dict[str, Any], _stack_name: str) -> tuple[str, dict[str, Any]]:
        data = {"routeResponseKey": props.get("RouteResponseKey", "$default")}
        # Its `Ref` of a route has the API in front, which on AWS it has not.
        route = props["RouteId"].rpartition("/")[2]
        status, _, body = apigateway._create_route_response(props["ApiId"], route, data)
        if status >= 400:  # noqa: PLR2004 (an HTTP status)
            raise ValueError(f"AWS::ApiGatewayV2::RouteResponse: {body!r}")
        return logical_id, {}

    def delete(_physical_id: str, _props: dict[str, Any]) -> None:
        """Nothing to do: it goes with its route."""

    provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::RouteResponse"] = {"create": create, "delete": delete}
