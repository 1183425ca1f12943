"""The Python and the machine that an artifact is made for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from blueprint import DEFAULT_PYTHON, Architecture
from packager.errors import SourceError

if TYPE_CHECKING:
    from blueprint import System

_ELF_MACHINES = {"x86_64": 62, "arm64": 183}
_MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
_FIRST_PYTHON_ON_AL2023 = (3, 12)

RUNTIME_RELEASES = {"3.11": "3.11.14", "3.12": "3.12.12", "3.13": "3.13.9", "3.14": "3.14.0"}
"""The patch release that each runtime of Lambda's is taken to have; it decides a lock's markers.

Lambda moves its runtimes to newer ones on its own and lists none. 3.13.9 was seen in its image
(https://github.com/aws/aws-lambda-base-images/issues/364), the others are the newest releases of
that time, which nobody here has seen there. So a lock with a marker that names a patch release is
told of when it is resolved. Each is part of the keys of what is made for it.
"""

BYTE_CODE_MAGICS = {"3.11": 3495, "3.12": 3531, "3.13": 3571, "3.14": 3627}
"""What the byte code of each Python begins with, as a number.

https://github.com/python/cpython/blob/main/Include/internal/pycore_magic_number.h
"""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the artifacts will run."""

    python: str = DEFAULT_PYTHON
    """Minor version of the Lambda runtime."""
    architecture: str = Architecture.X86_64
    """Instruction set as Lambda spells it."""
    smallest: bool = False
    """Whether what wheels bring is compressed anew: slower, and some per cent smaller."""

    def __post_init__(self) -> None:
        """Refuse what no Lambda runtime offers."""
        if self.python not in RUNTIME_RELEASES:
            raise SourceError(
                f"python: expected one of {', '.join(RUNTIME_RELEASES)}, which Lambda runs, found "
                f"{self.python!r}"
            )
        if self.architecture not in _ELF_MACHINES:
            raise SourceError(
                f"architecture: expected one of {', '.join(_ELF_MACHINES)}, "
                f"found {self.architecture!r}"
            )

    @classmethod
    def of(cls, system: System, architecture: str) -> Target:
        """Say what a system's functions of one instruction set run on."""
        return cls(system.python, architecture, system.smallest)

    @property
    def version(self) -> tuple[int, int]:
        """The Python version as numbers."""
        major, minor = self.python.split(".")
        return int(major), int(minor)

    @property
    def release(self) -> str:
        """The runtime's own patch release."""
        return RUNTIME_RELEASES[self.python]

    @property
    def interpreter(self) -> str:
        """Where the runtime's Python is, for scripts that name one in their first line."""
        return f"/var/lang/bin/python{self.python}"

    @property
    def glibc(self) -> tuple[int, int]:
        """The newest glibc that the runtime's image has.

        Amazon Linux 2023 (Python 3.12 and later) has 2.34, Amazon Linux 2 has 2.26:
        https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
        """
        return (2, 34) if self.version >= _FIRST_PYTHON_ON_AL2023 else (2, 26)

    @property
    def platform(self) -> str:
        """The platform that uv picks wheels for, in uv's spelling."""
        tag = "manylinux_2_34" if self.version >= _FIRST_PYTHON_ON_AL2023 else "manylinux2014"
        return f"{self.machine}-{tag}"

    @property
    def machine(self) -> str:
        """The architecture as tags of wheels spell it."""
        return _MACHINES[self.architecture]

    @property
    def magic(self) -> int:
        """The number that byte code for this Python begins with."""
        return BYTE_CODE_MAGICS[self.python]

    @property
    def elf_machine(self) -> int:
        """`e_machine` of every shared object that can be loaded there."""
        return _ELF_MACHINES[self.architecture]
