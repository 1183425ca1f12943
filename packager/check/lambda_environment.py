"""What Lambda's managed Python runtime gives to every function, as far as a check can stand in.

Variables: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
Search path: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html#python-package-searchpath
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

from packager.errors import PackagingError

RUNTIME_MODULES = (
    *("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six"),
    *("awslambdaric", "runtime_client", "snapshot_restore_py", "simplejson"),
)
"""What lies in /var/runtime, behind the function and its layers on the path.

awslambdaric and its modules: https://github.com/aws/aws-lambda-python-runtime-interface-client;
snapshot_restore_py: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

MEMORY_MB = 128
"""Lambda's smallest; what reads the variable at import must not need more."""


def lend_runtime(folder: Path) -> Path:
    """Link what Lambda's runtime brings into a folder of its own."""
    folder.mkdir()
    for name in RUNTIME_MODULES:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise PackagingError(
                f"expected {name} in this environment, to stand in for the Lambda runtime's; "
                "found none. Run `uv sync --frozen`."
            )
        origin = Path(found.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (folder / source.name).symlink_to(source)
    return folder


def variables(
    handler: str, python: str, task_root: Path, opt: Path, runtime: Path | None
) -> Mapping[str, str]:
    """Set what Lambda sets before a function's own variables, and nothing of this machine's."""
    name = handler.rpartition(".")[0].rpartition(".")[2] or "check"
    runtime_dir = str(runtime) if runtime else "/var/runtime"
    libraries = (runtime_dir, f"{runtime_dir}/lib", task_root, task_root / "lib", opt / "lib")
    return {
        "_HANDLER": handler,
        "AWS_ACCESS_KEY_ID": "ASIACHECK",
        "AWS_SECRET_ACCESS_KEY": "check",
        "AWS_SESSION_TOKEN": "check",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{python}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(MEMORY_MB),
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "check",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "LAMBDA_RUNTIME_DIR": runtime_dir,
        "LAMBDA_TASK_ROOT": str(task_root),
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": ":".join(str(folder) for folder in libraries),
        "PATH": f"/var/lang/bin:/usr/local/bin:/usr/bin:/bin:{opt / 'bin'}",
        "PYTHONPATH": runtime_dir,
        "TZ": ":UTC",
    }
