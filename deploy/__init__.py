"""Deploying to an AWS account: the secrets that a stack needs, then `sam build` and `sam deploy`."""
