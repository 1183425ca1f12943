"""Errors raised by the packager.

PackagingError
├── SourceError      what is on disk cannot be packaged
├── LockError        a lock is missing, stale or forbidden
├── InstallError     uv could not install a lock
├── GitError         a package could not be taken from its git repository
├── ArchiveError     a zip is damaged or dangerous
├── DigestError      one key would come to stand for two contents
├── GateError        a finished artifact breaks a rule
├── StorageError     the artifact bucket did not do what was asked
├── PromotionRefusedError  something would ship that the stage before has not run
├── ImageError       a container image cannot be built or stored
└── SpaceError       the disk is full, or may not be written
"""

from __future__ import annotations


class PackagingError(Exception):
    """Packaging stopped; the message says what was expected, what was found, and what to do."""


class SourceError(PackagingError):
    """What is on disk cannot be packaged."""


class LockError(PackagingError):
    """A lock is missing, stale or names what it must not."""


class InstallError(PackagingError):
    """The locked wheels could not be installed."""


class GitError(PackagingError):
    """A package could not be fetched from its git repository, or not be built."""


class ArchiveError(PackagingError):
    """A zip is damaged or would write outside its folder."""


class DigestError(PackagingError):
    """One key would come to stand for two contents."""


class GateError(PackagingError):
    """A finished artifact breaks a rule of the platform or of this project."""


class StorageError(PackagingError):
    """The artifact bucket refused or returned something else than was stored."""


class SpaceError(PackagingError):
    """The disk is full, or may not be written."""


class PromotionRefusedError(PackagingError):
    """Something would ship that the stage before has not run."""


class ImageError(PackagingError):
    """A container image cannot be built here, or could not be stored."""
