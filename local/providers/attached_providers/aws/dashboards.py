"""CloudWatch dashboards; the id is the name."""

from __future__ import annotations

from attached_providers.aws.limits import contents
from attached_providers.aws.session import Aws
from attached_providers.properties import Properties
from attached_providers.resource import Change, ResourceType
from attached_providers.schema import json_text, says
from attached_providers.wire import Values

DASHBOARD = Properties(
    "aws:cloudwatch/dashboard:Dashboard",
    {
        "dashboardBody": json_text(),
        "dashboardName": says(replaces=True),
    },
)


def create(aws: Aws, new: Values) -> str:
    """Put a dashboard."""
    aws.client("cloudwatch").put_dashboard(
        DashboardName=new["dashboardName"], DashboardBody=new["dashboardBody"]
    )
    return str(new["dashboardName"])


def read(aws: Aws, identity: str, state: Values) -> Values:
    """Read a dashboard."""
    found = aws.client("cloudwatch").get_dashboard(DashboardName=identity)
    return {
        "dashboardName": identity,
        "dashboardBody": found["DashboardBody"],
        "dashboardArn": found["DashboardArn"],
        "region": aws.region,
    }


def update(aws: Aws, identity: str, change: Change) -> None:
    """Put the dashboard anew."""
    create(aws, change.new)


def delete(aws: Aws, identity: str, state: Values) -> None:
    """Remove the dashboard."""
    aws.client("cloudwatch").delete_dashboards(DashboardNames=[identity])


ROWS = (
    ResourceType(
        token=DASHBOARD.token,
        props=DASHBOARD,
        outputs=DASHBOARD.outputs,
        create=create,
        read=read,
        update=update,
        delete=delete,
        check=contents.dashboard,
        unique_by=("dashboardName",),
        gone=frozenset({"DashboardNotFoundError"}),
    ),
)
