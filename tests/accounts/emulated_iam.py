"""MiniStack's own reading of requests and policies, run by the interpreter of its environment.

`python emulated_iam.py calls` names the action and the resource of recorded requests; `… verdicts`
evaluates questions against documents. Both take JSON on standard input and print JSON.
"""

import base64
import json
import re
import sys
from functools import cache
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import botocore.session
from ministack.core import (  # type: ignore[import-not-found]
    iam_actions,
    iam_evaluator,
)

AUTHORIZED_AS = {
    "GetLayerVersionByArn": "GetLayerVersion",
    "Invoke": "InvokeFunction",
}
"""Operations of Lambda that another action allows:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html"""


@cache
def lambda_routes() -> list[tuple[str, re.Pattern[str], dict[str, str], str]]:
    """List method, pattern of the path, fixed query and name of each operation of Lambda."""
    model = botocore.session.get_session().get_service_model("lambda")
    routes = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path.rstrip("/")))
        routes.append((http["method"], re.compile(pattern), dict(parse_qsl(query)), name))
    # The one that asks for more in its query goes before the one that asks for less.
    return sorted(routes, key=lambda route: -len(route[2]))


def lambda_action(method: str, path: str, query: dict[str, str]) -> str | None:
    """Name the action that allows a request to Lambda."""
    for its, pattern, fixed, name in lambda_routes():
        if its == method and pattern.fullmatch(path.rstrip("/")) and fixed.items() <= query.items():
            return f"lambda:{AUTHORIZED_AS.get(name, name)}"
    return None


def named(request: dict[str, Any]) -> list[Any]:
    """Give [action, resource], as MiniStack with AUTH=true would check it."""
    parts = urlsplit(request["path"])
    body, headers = base64.b64decode(request["body"]), request["headers"]
    query = {
        key: values[0] for key, values in parse_qs(parts.query, keep_blank_values=True).items()
    }
    if "x-www-form-urlencoded" in headers.get("content-type", ""):
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        query |= {key: values[0] for key, values in form.items()}
    service = request["service"]
    asked = (service, request["method"], unquote(parts.path), headers, body, query)
    action = iam_actions.extract_iam_action(*asked)
    if service == "lambda":
        # MiniStack names some of Lambda's calls by others; botocore's own model knows them all.
        action = lambda_action(request["method"], parts.path, query)
    resource = iam_actions.extract_resource_arn(*asked, request["region"], request["key"])
    return [action or f"{service}:?{request['method']} {parts.path}", resource]


def verdict(question: dict[str, Any]) -> Any:
    """Give Allow, Deny or ImplicitDeny for one question."""
    context = iam_evaluator.EvalContext(
        principal_arn=question["principal"],
        principal_type="AssumedRole",
        principal_account=question["principal"].split(":")[4],
        action=question["action"],
        resource_arn=question["resource"],
        region=question.get("region", "us-east-1"),
        secure_transport=question.get("tls", True),
        service_context={k.lower(): v for k, v in question.get("context", {}).items()},
    )
    if "trust" in question:
        provider = question["provider"]
        allowed = iam_evaluator.evaluate_trust_policy(question["trust"], provider, context)
        return "Allow" if allowed else "ImplicitDeny"
    parsed = iam_evaluator.parse_policy_document
    limits = [[parsed(question["boundary"])]] if question.get("boundary") else []
    identity = iam_evaluator.evaluate(context, [parsed(d) for d in question["documents"]], *limits)
    if "resource_policy" in question:
        combined = iam_evaluator.combine_resource_policy(
            identity,
            context,
            question["resource_policy"],
            question["owner"],
            required=question["action"].startswith("kms:"),
            limits=tuple(limits),
        )
        return combined.decision
    return identity.decision


if __name__ == "__main__":
    answer = {"calls": named, "verdicts": verdict}[sys.argv[1]]
    json.dump([answer(item) for item in json.load(sys.stdin)], sys.stdout)
