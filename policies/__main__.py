"""The policy pack: `pulumi preview --policy-pack policies`."""

import sys
from pathlib import Path

# Pulumi starts a pack inside its own folder.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi_policy import EnforcementLevel, PolicyPack

from policies.pack import policies

PolicyPack("alchemiser", policies(), EnforcementLevel.MANDATORY)
