"""Starts the runtime of one execution environment of a Python function."""

from local_aws_runtime.environment import serve

serve()
