"""Every verb of `local/run`, each a click command: one way of parsing, helping and failing.

To add a verb, write a command in the module of its area here and give it a row in `table.py`:

    @click.command
    @click.option("--stack", default="dev", help="which stack to look at")
    @click.pass_obj
    def drift(work: WorkFolder, stack: str) -> int: ...

The first line of its docstring is its help. It returns its exit status, raises LocalProblem or
OperationError for what a person can mend, and prints results on stdout, all else with `say`.

A make target calls `@$(run) drift` and passes nothing on: variables given to make (`STACK=dev`)
arrive as the option of the same name (`--stack`), unread by any shell, and one that the verb has
no option for is refused by name. What a workflow or a person sets in the environment instead
(REHEARSE, YES) is an option with `envvar=`. A new target needs a line with `## help` in Makefile.
"""
