"""What the process of a function and the local AWS say to each other: one JSON object a line, on file descriptor 3."""

import json
import os
import queue
import threading

CHANNEL = 3


class Channel:
    """Hears in a thread of its own, so that a pause ends in whatever thread it was begun."""

    def __init__(self):
        os.set_blocking(CHANNEL, True)
        os.set_inheritable(CHANNEL, False)
        self._lock = threading.Lock()
        self._reader = os.fdopen(os.dup(CHANNEL), "rb")
        self._questions = queue.SimpleQueue()
        self._waiting = {}
        self._last = 0
        threading.Thread(target=self._hear, daemon=True).start()

    def question(self):
        """Waits for what is to be done next."""
        return self._questions.get()

    def say(self, **message):
        line = json.dumps(message).encode("utf-8") + b"\n"
        with self._lock:
            while line:
                line = line[os.write(CHANNEL, line) :]

    def ask(self, **message):
        """Says something and waits for the answer."""
        answer = queue.SimpleQueue()
        with self._lock:
            self._last += 1
            number = self._last
        self._waiting[number] = answer
        self.say(id=number, **message)
        return answer.get()

    def _hear(self):
        for line in self._reader:
            message = json.loads(line)
            if "id" in message:
                self._waiting.pop(message["id"]).put(message)
            else:
                self._questions.put(message)
        # The local AWS is gone.
        os._exit(0)
