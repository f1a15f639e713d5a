"""The runtime inside one execution environment: loads the handler, then runs one invocation at a time.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html. The parent process asks on the channel ('init', 'invoke') and reads
standard output and error, where a marker line ends each invocation's output.
"""

import decimal
import importlib
import json
import os
import resource
import sys

from .channel import Channel
from .context import LambdaContext
from .engine_time import shift
from .failures import Fault, describe, leave, lines_of, syntax_fault
from .logs import Logs


def serve():
    """Answers until the local AWS is gone."""
    channel = Channel()
    time = shift(channel)
    logs = Logs()
    logs.begin()
    handler = None
    while True:
        message = channel.question()
        time.tell(message["now"], message["rate"])
        if message["kind"] == "init":
            handler = _init(channel, logs, message.get("opt"))
        else:
            _invoke(channel, logs, time, handler, message)


def _init(channel, logs, opt):
    try:
        _find_modules(opt)
        handler = _load(os.environ["_HANDLER"])
    except Exception as error:
        described = describe(error)
        logs.error(described, lines_of(described))
        channel.say(kind="unusable", error=described)
        leave(1)
    logs.end()
    channel.say(kind="ready")
    return handler


def _find_modules(opt):
    """A function's own modules come first, then those of its layers, then the runtime's.

    https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
    """
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    if opt is not None:
        version = os.environ["AWS_EXECUTION_ENV"].rpartition("_")[2]
        sys.path[1:1] = [f"{opt}/python/lib/{version}/site-packages", f"{opt}/python"]


def _load(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from error
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        raise syntax_fault(module_name, error) from error
    if not hasattr(module, function_name):
        raise Fault("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
    return getattr(module, function_name)


def _invoke(channel, logs, time, handler, message):
    logs.request_id = message["requestId"]
    os.environ["_X_AMZN_TRACE_ID"] = message["traceId"]
    time.invoking = True
    try:
        context = LambdaContext(message, time.now, logs.write)
        outcome = {"kind": "done", "payload": _payload(handler(json.loads(message["event"]), context))}
    except Exception as error:
        described = describe(error, message["requestId"])
        logs.error(described, lines_of(described))
        outcome = {"kind": "failed", "error": described}
    time.invoking = False
    logs.end()
    channel.say(requestId=message["requestId"], memory=_memory(), **outcome)
    logs.request_id = ""


def _payload(result):
    try:
        return json.dumps(result, default=_plain, ensure_ascii=not _keeps_unicode())
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def _plain(value):
    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _keeps_unicode():
    """Since python3.12."""
    minor = os.environ["AWS_EXECUTION_ENV"].rpartition(".")[2]
    return minor.isdigit() and int(minor) >= 12


def _memory():
    """Bytes; Linux counts kilobytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
