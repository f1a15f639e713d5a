"""What a Python function logs: `print` as it is, `logging` as Lambda's handler of the root logger writes it.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

import json
import logging
import os
import sys
import time
import traceback

_RESERVED = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "aws_request_id"}


class Logs:
    def __init__(self):
        self.request_id = ""
        self._json = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"

    def begin(self):
        """Sets up the streams and the root logger."""
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", write_through=True)
        logging.Formatter.converter = time.gmtime
        handler = _Handler(self)
        handler.addFilter(self._mark)
        handler.setFormatter(_Json() if self._json else _text())
        root = logging.getLogger()
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL")
        if level is not None:
            root.setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))
        root.addHandler(handler)

    def write(self, text):
        # A carriage return keeps the lines of one message in one log event; the parent turns it back.
        sys.stdout.write(text.replace("\n", "\r") + "\n")

    def error(self, described, lines):
        if self._json:
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            self.write(json.dumps({"timestamp": stamp, "level": "ERROR", **described}))
        else:
            self.write(lines)

    def end(self):
        """Marks on both streams that all that loading or an invocation wrote is out."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for descriptor in (1, 2):
            os.write(descriptor, f"\0{self.request_id}\n".encode("utf-8"))

    def _mark(self, record):
        record.aws_request_id = self.request_id
        return True


class _Handler(logging.Handler):
    def __init__(self, logs):
        super().__init__()
        self._logs = logs

    def emit(self, record):
        self._logs.write(self.format(record))


def _text():
    form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    return logging.Formatter(form, "%Y-%m-%dT%H:%M:%S")


class _Json(logging.Formatter):
    def format(self, record):
        entry = {
            "timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            **_error_of(record),
        }
        if record.aws_request_id:
            entry["requestId"] = record.aws_request_id
        entry.update({name: value for name, value in vars(record).items() if name not in _RESERVED})
        return json.dumps(entry, default=str, ensure_ascii=False)


def _error_of(record):
    if not record.exc_info:
        return {}
    kind, error, trace = record.exc_info
    return {
        "stackTrace": traceback.format_list(traceback.extract_tb(trace)),
        "errorType": kind.__name__,
        "errorMessage": str(error),
        "location": f"{record.pathname}:{record.funcName}:{record.lineno}",
    }
