"""The page about life without Redis says what the code says, for every call that there is."""

import yaml

from bedside.platform.degraded import MODES
from local.cloud import ROOT
from local.degraded_page import PAGE, page


def test_the_page_is_the_tables() -> None:
    """`make docs` was run after the last change."""
    assert PAGE.read_text() == page()


def test_every_call_has_a_mode() -> None:
    """A route of the template without a row fails here, and so does a row without a route."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", lambda *_: None)
    template = yaml.load((ROOT / "template.yaml").read_text(), Loader)  # noqa: S506  # derived from the safe loader
    routes = {
        f"{event['Properties']['Method']} {event['Properties']['Path']}"
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
        for event in resource["Properties"].get("Events", {}).values()
        if event["Type"] == "HttpApi" and "Path" in event["Properties"]
    }
    assert [mode.route for mode in MODES if mode.route not in routes] == []
    assert {mode.route for mode in MODES} == routes
