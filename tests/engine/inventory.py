"""Everything that an account of the emulator holds, by kind, for comparing before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3

Inventory = dict[str, list[str]]


class Account:
    """One account of the emulator."""

    def __init__(self, endpoint: str, number: str, region: str = "us-east-1") -> None:
        self._endpoint = endpoint
        self._session = boto3.Session(
            aws_access_key_id=number, aws_secret_access_key="emulated", region_name=region
        )
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """Give a client of a service."""
        if service not in self._clients:
            self._clients[service] = self._session.client(  # type: ignore[call-overload]
                service, endpoint_url=self._endpoint
            )
        return self._clients[service]

    def pages(self, service: str, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
        """Give every entry of a list."""
        for page in self.client(service).get_paginator(operation).paginate(**arguments):
            yield from page.get(key) or []

    def inventory(self) -> Inventory:
        """List every resource that is there, each under a name that tells it from another."""
        found = {kind: sorted(listed(self)) for kind, listed in KINDS.items()}
        return {kind: names for kind, names in found.items() if names}


Listing = Callable[[Account], Iterator[str]]


def _named(service: str, operation: str, key: str, name: str) -> Listing:
    return lambda account: (str(entry[name]) for entry in account.pages(service, operation, key))


def _texts(service: str, operation: str, key: str) -> Listing:
    return lambda account: (str(entry) for entry in account.pages(service, operation, key))


def _buses(account: Account) -> Iterator[str]:
    # The default bus belongs to the account.
    buses = account.client("events").list_event_buses()["EventBuses"]
    return (bus["Name"] for bus in buses if bus["Name"] != "default")


def _rules(account: Account) -> Iterator[str]:
    for bus in _buses(account):
        for rule in account.pages("events", "list_rules", "Rules", EventBusName=bus):
            yield f"{bus}/{rule['Name']}"


def _targets(account: Account) -> Iterator[str]:
    for rule in _rules(account):
        bus, _, name = rule.partition("/")
        where = {"Rule": name, "EventBusName": bus}
        for target in account.pages("events", "list_targets_by_rule", "Targets", **where):
            yield f"{rule}/{target['Id']}"


def _layer_versions(account: Account) -> Iterator[str]:
    for layer in account.pages("lambda", "list_layers", "Layers"):
        versions = account.pages(
            "lambda", "list_layer_versions", "LayerVersions", LayerName=layer["LayerName"]
        )
        yield from (f"{layer['LayerName']}: {version['Description']}" for version in versions)


def _of_functions(operation: str, key: str, name: str) -> Listing:
    def listed(account: Account) -> Iterator[str]:
        for function in account.pages("lambda", "list_functions", "Functions"):
            of_function = {"FunctionName": function["FunctionName"]}
            for entry in account.pages("lambda", operation, key, **of_function):
                yield f"{function['FunctionName']}: {entry[name]}"

    return listed


def _mappings(account: Account) -> Iterator[str]:
    for mapping in account.pages("lambda", "list_event_source_mappings", "EventSourceMappings"):
        yield f"{mapping['EventSourceArn']} -> {mapping['FunctionArn']}"


def _subscriptions(account: Account) -> Iterator[str]:
    for entry in account.pages("sns", "list_subscriptions", "Subscriptions"):
        yield f"{entry['TopicArn']} -> {entry['Protocol']}:{entry['Endpoint']}"


def _role_policies(account: Account) -> Iterator[str]:
    for role in account.pages("iam", "list_roles", "Roles"):
        of_role = {"RoleName": role["RoleName"]}
        for policy in account.pages("iam", "list_role_policies", "PolicyNames", **of_role):
            yield f"{role['RoleName']}: {policy}"


def _keys(account: Account) -> Iterator[str]:
    for key in account.pages("kms", "list_keys", "Keys"):
        found = account.client("kms").describe_key(KeyId=key["KeyId"])["KeyMetadata"]
        # A key that was given up is kept by AWS for a week at least.
        if found["KeyState"] == "Enabled" and found["KeyManager"] == "CUSTOMER":
            yield found["Description"]


def _alarms(account: Account) -> Iterator[str]:
    for kind in ("MetricAlarm", "CompositeAlarm"):
        for alarm in account.pages("cloudwatch", "describe_alarms", f"{kind}s", AlarmTypes=[kind]):
            yield alarm["AlarmName"]


def _schedule_groups(account: Account) -> Iterator[str]:
    groups = account.pages("scheduler", "list_schedule_groups", "ScheduleGroups")
    return (group["Name"] for group in groups if group["Name"] != "default")


KINDS: dict[str, Listing] = {
    "alarms": _alarms,
    "aliases": _of_functions("list_aliases", "Aliases", "Name"),
    "buckets": _named("s3", "list_buckets", "Buckets", "Name"),
    "buses": _buses,
    "dashboards": _named("cloudwatch", "list_dashboards", "DashboardEntries", "DashboardName"),
    "event source mappings": _mappings,
    "function versions": _of_functions("list_versions_by_function", "Versions", "Version"),
    "functions": _named("lambda", "list_functions", "Functions", "FunctionName"),
    "keys": _keys,
    "layer versions": _layer_versions,
    "log groups": _named("logs", "describe_log_groups", "logGroups", "logGroupName"),
    "parameters": _named("ssm", "describe_parameters", "Parameters", "Name"),
    "queues": _texts("sqs", "list_queues", "QueueUrls"),
    "role policies": _role_policies,
    "roles": _named("iam", "list_roles", "Roles", "RoleName"),
    "rules": _rules,
    "schedule groups": _schedule_groups,
    "schedules": _named("scheduler", "list_schedules", "Schedules", "Name"),
    "secrets": _named("secretsmanager", "list_secrets", "SecretList", "Name"),
    "subscriptions": _subscriptions,
    "tables": _texts("dynamodb", "list_tables", "TableNames"),
    "targets": _targets,
    "topics": _named("sns", "list_topics", "Topics", "TopicArn"),
}
