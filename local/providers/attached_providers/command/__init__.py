"""The attached `command` provider: `command.local.Command` and nothing else."""
