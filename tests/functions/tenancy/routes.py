"""The calls of the product, as template.yaml routes them: nothing answers that is not there."""

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
    template = yaml.load(TEMPLATE.read_text(), _Loader)  # noqa: S506  # derived from the safe loader
    found = []
    for resource in template["Resources"].values():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "HttpApi":
                properties = event.get("Properties", {})
                found.append(f"{properties['Method']} {properties['Path']}" if "Path" in properties else "$default")
    return sorted(found)
