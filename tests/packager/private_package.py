"""A package for a private repository, which builds itself without any build tool."""

from __future__ import annotations

PROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """
import zipfile


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    about = "{name}-{version}.dist-info"
    wheel = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    metadata = "Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n"
    files = {{"{name}.py": open("{name}.py").read()}}
    files |= {{f"{{about}}/METADATA": metadata, f"{{about}}/WHEEL": wheel}}
    record = "".join(f"{{path}},,\\n" for path in [*files, f"{{about}}/RECORD"])
    files[f"{{about}}/RECORD"] = record
    file = "{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(f"{{wheel_directory}}/{{file}}", "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return file
"""


def package(name: str, version: str, module: str) -> dict[str, str]:
    """Give the files of a package of one module, by path."""
    return {
        "pyproject.toml": PROJECT,
        "backend.py": BACKEND.format(name=name, version=version),
        f"{name}.py": module,
    }
