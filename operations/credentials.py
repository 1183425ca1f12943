"""Says what a person can do about calls of AWS that were not let through."""

from __future__ import annotations

import sys

EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
UNKNOWN = frozenset(
    {
        *("AuthFailure", "InvalidAccessKeyId", "InvalidClientTokenId", "SignatureDoesNotMatch"),
        *("UnrecognizedClientException", "InvalidSignatureException"),
    }
)
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
"""https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and S3's own names."""

SIGN_IN = (
    "Sign in to the stack's account (`aws sso login`, AWS_PROFILE or AWS_ACCESS_KEY_ID), or "
    "rehearse on the embedded AWS: add REHEARSE=1."
)


def refused_access(error: Exception) -> str | None:
    """Put a failure to reach AWS in words; None for any other failure."""
    # Who has called AWS has loaded this; who has not is spared its loading.
    botocore = sys.modules.get("botocore.exceptions")
    if botocore is None:
        return None
    if isinstance(error, botocore.ClientError):
        return _answered(str(error.response["Error"].get("Code")), error)
    if isinstance(error, botocore.HTTPClientError | botocore.ConnectionError):
        return f"AWS was expected to answer: {error} Check the network and the region."
    of_credentials = (
        botocore.NoCredentialsError,
        botocore.PartialCredentialsError,
        botocore.CredentialRetrievalError,
        botocore.ProfileNotFound,
        botocore.ConfigNotFound,
        botocore.ConfigParseError,
        botocore.SSOError,
        botocore.TokenRetrievalError,
    )
    if isinstance(error, of_credentials):
        return f"AWS credentials were expected: {error}. {SIGN_IN}"
    return None


def _answered(code: str, error: Exception) -> str | None:
    if code in EXPIRED | UNKNOWN:
        return f"AWS credentials were expected that are valid now: {error}. {SIGN_IN}"
    if code in DENIED:
        return f"{error}. `make bootstrap-account STACK=… CHECK=1` says what the account lacks."
    return None
