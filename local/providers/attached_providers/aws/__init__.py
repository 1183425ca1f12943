"""The attached `aws` provider: one module a service, each a table of resource types over boto3."""
