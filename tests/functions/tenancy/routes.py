"""The calls of the product, as template.yaml routes them: nothing answers that is not there."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parents[3] / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short tags; what they stand for does not matter here."""


def _plain(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _plain)


def calls() -> list[str]:
    """Return every call of every function, as `METHOD /path`; the call that takes all others is `$default`."""
    return sorted(handlers())


@cache
def handlers() -> dict[str, str]:
    """Return the module of the function that answers each call."""
    template = yaml.load(TEMPLATE.read_text(), _Loader)  # noqa: S506  # derived from the safe loader
    found: dict[str, str] = {}
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "HttpApi":
                properties = event.get("Properties", {})
                call = f"{properties['Method']} {properties['Path']}" if "Path" in properties else "$default"
                assert call not in found, call
                found[call] = resource["Properties"]["Handler"].rpartition(".")[0]
    return found
