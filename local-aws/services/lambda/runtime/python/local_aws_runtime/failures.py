"""Errors as Lambda's Python runtimes describe and log them.

https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

import os
import sys
import traceback

HOME = os.path.dirname(os.path.abspath(__file__))
NO_BREAK_SPACE = "\u00a0"


class Fault(Exception):
    """An error of the runtime itself, with the type that Lambda gives it."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = kind
        self.trace = list(trace)


def describe(error, request_id=""):
    """What a caller is told of an error."""
    if isinstance(error, Fault):
        kind, trace = error.kind, error.trace
    else:
        kind, trace = type(error).__name__, _trace_of(error)
    return {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}


def _trace_of(error):
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not _is_machinery(frame.filename)]
    return traceback.format_list([(one.filename, one.lineno, one.name, one.line) for one in own])


def _is_machinery(filename):
    return filename.startswith(HOME) or filename.startswith("<frozen importlib") or "/importlib/__init__.py" in filename


def lines_of(described):
    """What the log says of it in the Text format, one event of several lines."""
    lines = [f"[ERROR] {described['errorType']}: {described['errorMessage']}", "Traceback (most recent call last):"]
    for part in described["stackTrace"]:
        for line in part.splitlines():
            text = line.lstrip(" ")
            lines.append(NO_BREAK_SPACE * (len(line) - len(text)) + text)
    return "\n".join(lines)


def syntax_fault(name, error):
    trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
    return Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{name}': {error}", trace)


def leave(code):
    """Ends the process as it is, once all it wrote is out."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
