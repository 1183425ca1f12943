"""Limits of buckets, tables, secrets, parameters and keys."""

from __future__ import annotations

from collections.abc import Mapping

from attached_providers.limits import (
    Limits,
    arn,
    at_least,
    between,
    either,
    every,
    filled,
    items,
    long,
    one_of,
    shaped,
)

BUCKET = shaped(
    r"(?!xn--|sthree-|amzn-s3-demo-|\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)(?!.*(-s3alias|--ol-s3|--x-s3|--table-s3)$)"
    r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "InvalidBucketName: The specified bucket is not valid.",
)
STORAGE_CLASSES = one_of(
    *("GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE"), "GLACIER_IR"
)
PROJECTIONS = one_of("ALL", "INCLUDE", "KEYS_ONLY")
INDEX_NAME = every(long(3, 255), shaped(r"[a-zA-Z0-9_.-]+", "must be a valid index name"))

LIMITS: Mapping[str, Limits] = {
    "aws:s3/bucket:Bucket": {"bucket": BUCKET},
    "aws:s3/bucketVersioning:BucketVersioning": {
        "bucket": BUCKET,
        "versioningConfiguration.mfaDelete": one_of("Enabled", "Disabled"),
        "versioningConfiguration.status": one_of("Enabled", "Suspended", "Disabled"),
    },
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {"bucket": BUCKET},
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        "bucket": BUCKET,
        "rules": items(1),
        "rules[].applyServerSideEncryptionByDefault.sseAlgorithm": one_of(
            "AES256", "aws:fsx", "aws:kms", "aws:kms:dsse"
        ),
    },
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
        "bucket": BUCKET,
        "rule.objectOwnership": one_of(
            "BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"
        ),
    },
    "aws:s3/bucketPolicy:BucketPolicy": {"bucket": BUCKET},
    "aws:s3/bucketLogging:BucketLogging": {
        "bucket": BUCKET,
        "targetBucket": BUCKET,
        "targetObjectKeyFormat.partitionedPrefix.partitionDateSource": one_of(
            "EventTime", "DeliveryTime"
        ),
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        "bucket": BUCKET,
        "rules": items(1000),
        "rules[].id": long(1, 255),
        "rules[].status": one_of("Enabled", "Disabled"),
        "rules[].abortIncompleteMultipartUpload.daysAfterInitiation": at_least(1),
        "rules[].expiration.days": at_least(0),
        "rules[].noncurrentVersionExpiration.newerNoncurrentVersions": between(1, 100),
        "rules[].noncurrentVersionExpiration.noncurrentDays": at_least(1),
        "rules[].noncurrentVersionTransitions[].newerNoncurrentVersions": between(1, 100),
        "rules[].noncurrentVersionTransitions[].storageClass": STORAGE_CLASSES,
        "rules[].transitions[].storageClass": STORAGE_CLASSES,
        "transitionDefaultMinimumObjectSize": one_of(
            "all_storage_classes_128K", "varies_by_storage_class"
        ),
    },
    "aws:dynamodb/table:Table": {
        "attributes[].name": long(1, 255),
        "attributes[].type": one_of("B", "N", "S"),
        "billingMode": one_of("PROVISIONED", "PAY_PER_REQUEST"),
        "globalSecondaryIndexes": items(20),
        "globalSecondaryIndexes[].keySchemas[].keyType": one_of("HASH", "RANGE"),
        "globalSecondaryIndexes[].name": INDEX_NAME,
        "globalSecondaryIndexes[].projectionType": PROJECTIONS,
        "localSecondaryIndexes": items(5),
        "localSecondaryIndexes[].name": INDEX_NAME,
        "localSecondaryIndexes[].projectionType": PROJECTIONS,
        "name": every(long(3, 255), shaped(r"[a-zA-Z0-9_.-]+", "must be a valid table name")),
        "pointInTimeRecovery.recoveryPeriodInDays": between(1, 35),
        "serverSideEncryption.kmsKeyArn": arn,
        "streamViewType": one_of("", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"),
        "tableClass": one_of("STANDARD", "STANDARD_INFREQUENT_ACCESS"),
        "ttl.attributeName": long(0, 255),
    },
    "aws:secretsmanager/secret:Secret": {
        "description": long(0, 2048),
        "name": every(
            long(1, 512), shaped(r"[0-9A-Za-z/_+=.@-]+", "must be a valid name of a secret")
        ),
        "recoveryWindowInDays": either(one_of(0), between(7, 30)),
    },
    "aws:secretsmanager/secretVersion:SecretVersion": {
        "secretString": long(0, 65_536),
        "versionStages": items(20),
        "versionStages[]": long(1, 256),
    },
    "aws:ssm/parameter:Parameter": {
        "allowedPattern": long(0, 1024),
        "dataType": one_of("aws:ec2:image", "aws:ssm:integration", "text"),
        "description": long(0, 1024),
        "name": every(
            long(1, 2048),
            shaped(r"(?!/?(aws|ssm))([a-zA-Z0-9_.-]+|(/[a-zA-Z0-9_.-]+){1,15})", "invalid name"),
        ),
        "tier": one_of("Standard", "Advanced", "Intelligent-Tiering"),
        "type": one_of("String", "StringList", "SecureString"),
    },
    "aws:kms/key:Key": {
        "customerMasterKeySpec": one_of(
            *("SYMMETRIC_DEFAULT", "RSA_2048", "RSA_3072", "RSA_4096", "ECC_NIST_P256"),
            *("ECC_NIST_P384", "ECC_NIST_P521", "ECC_NIST_EDWARDS25519", "ECC_SECG_P256K1"),
            *("HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512", "ML_DSA_44", "ML_DSA_65"),
            *("ML_DSA_87", "SM2"),
        ),
        "deletionWindowInDays": between(7, 30),
        "description": long(0, 8192),
        "keyUsage": one_of(
            "SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"
        ),
        "rotationPeriodInDays": between(90, 2560),
    },
    "aws:kms/alias:Alias": {
        "targetKeyId": every(filled, long(1, 2048)),
        "name": every(
            long(1, 256),
            shaped(
                r"alias/(?!aws/)[a-zA-Z0-9/_-]+",
                'must begin with "alias/" and be letters, digits, slashes, hyphens, underscores',
            ),
        ),
    },
}
