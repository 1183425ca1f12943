"""x"""

from local.workfolder import WorkFolder


def recover(work: WorkFolder, arguments: list[str]) -> int:
    return 0
