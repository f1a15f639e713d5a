"""What a handler is told of its invocation. https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

import os


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Client:
    def __init__(self, given):
        self.installation_id = given.get("installation_id")
        self.app_title = given.get("app_title")
        self.app_version_name = given.get("app_version_name")
        self.app_version_code = given.get("app_version_code")
        self.app_package_name = given.get("app_package_name")


class ClientContext:
    def __init__(self, given):
        self.custom = given.get("custom")
        self.env = given.get("env")
        self.client = Client(given["client"]) if given.get("client") is not None else None


class LambdaContext:
    def __init__(self, message, now, log):
        self.aws_request_id = message["requestId"]
        self.invoked_function_arn = message["invokedFunctionArn"]
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.tenant_id = None
        self.identity = CognitoIdentity()
        given = message.get("clientContext")
        self.client_context = None if given is None else ClientContext(given)
        self._deadline = message["deadline"]
        self._now = now
        self._log = log

    def get_remaining_time_in_millis(self):
        return max(0, int(self._deadline - self._now() * 1000))

    def log(self, text):
        self._log(str(text))

    def __repr__(self):
        shown = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return f"{type(self).__name__}([{','.join(f'{name}={value}' for name, value in shown.items())}])"
