"""CloudFront in front of the pages and the API: on its own condition, and with the same headers as without it."""

import json
import subprocess
from typing import Any

from tests.template.test_template import SOURCE, read, resources
from tests.web.pages import NODE
from web.policy import security_headers

__all__ = ["resources"]

PARTS = {name: each for name, each in SOURCE["Resources"].items() if name.startswith("Cdn")}
DISTRIBUTION = PARTS["Cdn"]["Properties"]["DistributionConfig"]
[ASSETS] = DISTRIBUTION["CacheBehaviors"]
EVERYTHING = DISTRIBUTION["DefaultCacheBehavior"]


def test_it_is_there_only_when_asked_for() -> None:
    """A stack without a certificate makes none of it, and its functions trust no header."""
    assert {each["Condition"] for each in PARTS.values()} == {"HasCdn", "MakesWebAcl"}
    assert SOURCE["Conditions"]["HasCdn"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "CdnCertificateArn"}, ""]}]}
    assert SOURCE["Parameters"]["CdnCertificateArn"]["Default"] == ""
    secret = SOURCE["Globals"]["Function"]["Environment"]["Variables"]["BEDSIDE_CDN_SECRET"]
    assert secret["Fn::If"][0] == "HasCdn"
    assert secret["Fn::If"][2] == ""
    for name in ("CdnAssetsName", "CdnDomain"):
        assert SOURCE["Outputs"][name]["Condition"] == "HasCdn"


def test_everything_but_assets_goes_to_the_functions_uncached() -> None:
    """Pages and calls, at one origin, by every method, with every header but the host's."""
    assert EVERYTHING["TargetOriginId"] == "api"
    assert "POST" in EVERYTHING["AllowedMethods"]
    caching_disabled, all_viewer_except_host = EVERYTHING["CachePolicyId"], EVERYTHING["OriginRequestPolicyId"]
    assert caching_disabled == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert all_viewer_except_host == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert "ResponseHeadersPolicyId" not in EVERYTHING  # the functions' own headers


def test_assets_come_from_the_bucket_or_else_from_the_function() -> None:
    """Before the first upload, after one was forgotten, and for pages of old versions."""
    assert (ASSETS["PathPattern"], ASSETS["TargetOriginId"]) == ("/assets/*", "assets-or-api")
    [group] = DISTRIBUTION["OriginGroups"]["Items"]
    assert [member["OriginId"] for member in group["Members"]["Items"]] == ["assets", "api"]
    codes = group["FailoverCriteria"]["StatusCodes"]
    assert {403, 404} <= set(codes["Items"])
    for part in (codes, group["Members"], DISTRIBUTION["OriginGroups"]):
        assert part["Quantity"] == len(part["Items"])
    caching = PARTS["CdnAssetsCaching"]["Properties"]["CachePolicyConfig"]
    assert (caching["MinTTL"], caching["MaxTTL"]) == (0, 31_536_000)
    compressed = caching["ParametersInCacheKeyAndForwardedToOrigin"]
    assert (
        ASSETS["Compress"] is compressed["EnableAcceptEncodingBrotli"] is compressed["EnableAcceptEncodingGzip"] is True
    )


def test_only_this_distribution_reads_the_bucket(resources: dict[str, Any]) -> None:
    """By its identity, over TLS, and assets only."""
    _, allowed = resources["CdnAssetsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == "s3:GetObject"
    assert allowed["Resource"] == {"Fn::Sub": "${CdnAssets.Arn}/assets/*"}
    assert allowed["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(":distribution/${Cdn}")


def test_assets_have_the_functions_headers() -> None:
    """S3 sends none of them. The pages' policy allows more, which an asset, or a worker, does not need."""
    policy = PARTS["CdnAssetsHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = policy["SecurityHeadersConfig"]
    found = {each["Header"]: each["Value"] for each in policy["CustomHeadersConfig"]["Items"]}
    found["referrer-policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    found["x-content-type-options"] = "nosniff"
    assert found.items() <= security_headers({}).items()
    assert {*found, "content-security-policy", "permissions-policy"} == security_headers({}).keys()
    directives = security["ContentSecurityPolicy"]["ContentSecurityPolicy"].split("; ")
    assert set(directives) <= set(security_headers({})["content-security-policy"].split("; "))
    assert "default-src 'none'" in directives
    assert all(each["Override"] is True for each in [*security.values(), *policy["CustomHeadersConfig"]["Items"]])


def test_it_speaks_tls_only() -> None:
    """Both ways, and with no version that is broken."""
    assert EVERYTHING["ViewerProtocolPolicy"] == ASSETS["ViewerProtocolPolicy"] == "redirect-to-https"
    assert DISTRIBUTION["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    [api, _] = DISTRIBUTION["Origins"]
    assert api["CustomOriginConfig"] == {"OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]}


def test_functions_learn_the_callers_address_from_cloudfront_alone() -> None:
    """It replaces what a caller claims, and the same secret is in CloudFront's header and the functions' settings."""
    [api, _] = DISTRIBUTION["Origins"]
    [proof] = api["OriginCustomHeaders"]
    assert proof["HeaderName"] == "x-bedside-cdn"
    secret = SOURCE["Globals"]["Function"]["Environment"]["Variables"]["BEDSIDE_CDN_SECRET"]["Fn::If"][1]
    assert proof["HeaderValue"] == secret == {"Fn::Sub": "{{resolve:secretsmanager:${CdnSecret}:SecretString}}"}
    assert [each["EventType"] for each in EVERYTHING["FunctionAssociations"]] == ["viewer-request"]
    event = {
        "viewer": {"ip": "2001:db8::7"},
        "request": {"uri": "/otp/send", "headers": {"x-bedside-caller": {"value": "198.51.100.1"}}},
    }
    code = PARTS["CdnCallerAddress"]["Properties"]["FunctionCode"]
    script = f"{code}; console.log(JSON.stringify(handler({json.dumps(event)})))"
    told = json.loads(subprocess.run([str(NODE), "-e", script], capture_output=True, check=True).stdout)  # noqa: S603  # ours
    assert told == {"uri": "/otp/send", "headers": {"x-bedside-caller": {"value": "2001:db8::7"}}}


def test_a_firewall_stands_before_it() -> None:
    """Of our own where WAF can be made, else the one that is given. Notes and webhooks may hold anything."""
    assert DISTRIBUTION["WebACLId"]["Fn::If"][0] == "MakesWebAcl"
    assert {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]} in SOURCE["Conditions"]["MakesWebAcl"]["Fn::And"]
    rules = {rule["Name"]: rule["Statement"] for rule in PARTS["CdnWebAcl"]["Properties"]["Rules"]}
    assert [*rules] == ["rate", "reputation", "bad-inputs", "common"]
    counted = rules["common"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    assert {rule["Name"] for rule in counted if rule["Name"].endswith("_BODY")} == {
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "SizeRestrictions_BODY",
    }
    assert all(rule["ActionToUse"] == {"Count": {}} for rule in counted)


def test_a_certificate_without_a_host_is_refused() -> None:
    """Before anything is made."""
    [rule] = read()["Rules"].values()
    assert rule["RuleCondition"] == SOURCE["Conditions"]["HasCdn"]
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "PublicOrigin"}, ""]}]}
