"""x"""

from local.workfolder import WorkFolder


def bring_up(work: WorkFolder, arguments: list[str]) -> int:
    return 0


bring_down = clean = preview = print_outputs = bring_up
