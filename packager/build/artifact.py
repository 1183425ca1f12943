"""Makes one zip that has to be made, of whatever kind: gather, check, pack, look again, publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from packager.build.packing import Packer, lent_or_new
from packager.build.shipped_file import ShippedFile
from packager.check.modules import importable_modules, namespaces_of
from packager.errors import SourceError
from packager.inputs.keys import Inputs, key_of
from packager.store.manifest import BuiltArtifact, Package, publish
from packager.store.output import Slot

Content = tuple[Sequence[ShippedFile], Mapping[str, Package]]
"""What ships, sorted by path, and the distributions that it came in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """How one artifact is made."""

    what: str
    """As messages name it: `layer pandas`."""
    name: str
    prefix: str
    """Folder inside the zip below which everything goes, with its slash; empty for a function."""
    inputs: Inputs
    inputs_now: Callable[[], Inputs]
    gather: Callable[[Path], Content]
    """Takes a workspace, which is gone once the zip is published."""
    check: Callable[[BuiltArtifact, Sequence[ShippedFile]], None] = lambda *_: None
    """Raises GateError; called before packing, which is the slow part."""

    def make(self, slot: Slot, work: Path, packer: Packer | None) -> BuiltArtifact:
        """Publish the artifact in its slot; SourceError where its inputs changed meanwhile."""
        files, packages = self.gather(work)
        draft = self._draft(slot, files, packages)
        self.check(draft, files)
        finished = work / "finished.zip"
        with lent_or_new(packer) as own:
            written = own.pack(finished, files, self.prefix)
        if self.inputs_now() != self.inputs:
            raise SourceError(
                f"{self.what}: its sources or lock changed while it was being built. Run it again."
            )
        artifact = replace(
            draft,
            sha256=written.sha256,
            zipped_bytes=written.zipped_bytes,
            unzipped_bytes=written.unzipped_bytes,
        )
        publish(slot, finished, artifact)
        return artifact

    def _draft(
        self, slot: Slot, files: Sequence[ShippedFile], packages: Mapping[str, Package]
    ) -> BuiltArtifact:
        """Say what the artifact will be, as far as that is known before it is packed."""
        return BuiltArtifact(
            name=self.name,
            key=key_of(self.inputs),
            path=slot.archive,
            sha256="",
            zipped_bytes=0,
            unzipped_bytes=sum(file.unzipped_bytes for file in files),
            packages=packages,
            modules=importable_modules((file.path for file in files), namespaces_of(files)),
            inputs=self.inputs,
        )
