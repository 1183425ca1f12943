"""What an AWS account needs before the first deployment: roles, a fence, a key, a bucket.

It says who may assume which role and what each may do, from a record of what the operations call.
"""
