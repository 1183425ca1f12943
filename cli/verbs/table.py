"""Each verb and where its command is, so that none pays for another's imports."""

from __future__ import annotations

from collections.abc import Mapping

VERBS: Mapping[str, str] = {
    "audit": "cli.verbs.packaging:audit",
    "bill": "cli.verbs.packaging:bill",
    "bootstrap-account": "cli.verbs.accounts:bootstrap_account",
    "check-workflows": "cli.verbs.tools:check_workflows",
    "clean": "cli.verbs.stack:clean",
    "day": "cli.verbs.days:day",
    "days": "cli.verbs.days:days",
    "deploy": "cli.verbs.operations:deploy",
    "down": "cli.verbs.stack:down",
    "drift": "cli.verbs.operations:drift",
    "forward": "cli.verbs.operations:forward",
    "from-main": "cli.verbs.operations:from_main",
    "history": "cli.verbs.operations:history",
    "local": "cli.verbs.stack:local",
    "new-function": "cli.verbs.tools:new_function",
    "outputs": "cli.verbs.stack:outputs",
    "preview": "cli.verbs.stack:preview",
    "promote": "cli.verbs.operations:promote",
    "pulumi": "cli.verbs.stack:pulumi",
    "recover": "cli.verbs.stack:recover",
    "relock": "cli.verbs.packaging:relock",
    "review": "cli.verbs.operations:review",
    "rollback": "cli.verbs.operations:rollback",
    "routes": "cli.verbs.operations:routes",
    "settled": "cli.verbs.operations:settled",
    "smoke": "cli.verbs.operations:smoke",
    "strategies": "cli.verbs.days:strategies",
    "test-function": "cli.verbs.tools:test_function",
    "tool": "cli.verbs.tools:tool",
    "watch": "cli.verbs.stack:watch",
}
