"""The time of the local AWS inside a Python function.

`time.time`, `datetime.now` and what is like them tell the time of the local AWS. `time.sleep` waits on its clock: a function that does
nothing but pause keeps nobody busy. What waits for sockets and locks stays on this machine's time.
"""

import datetime
import time

_real = {name: getattr(time, name) for name in ("sleep", "monotonic", "perf_counter", "time")}
_real_datetime = datetime.datetime
_real_date = datetime.date


class EngineTime:
    def __init__(self, channel):
        self._channel = channel
        self._told = (_real["time"](), _real["perf_counter"](), 1)
        self._skipped = 0.0
        self.invoking = False

    def tell(self, now, rate):
        """The local AWS says what time it is, in milliseconds since the epoch, and how fast it passes while this process is at work."""
        self._told = (now / 1000, _real["perf_counter"](), rate)

    def now(self):
        """Seconds since the epoch."""
        now, at, rate = self._told
        return now + (_real["perf_counter"]() - at) * rate

    def sleep(self, seconds):
        if not self.invoking or seconds <= 0:
            return _real["sleep"](seconds)
        begun, real = self.now(), _real["perf_counter"]()
        answer = self._channel.ask(kind="pause", milliseconds=seconds * 1000)
        # The parent counts whole milliseconds: never may a pause seem shorter than it was asked to be.
        self.tell(max(answer["now"], (begun + seconds) * 1000), answer["rate"])
        self._skipped += max(0.0, seconds - (_real["perf_counter"]() - real))
        return None

    def since(self, name):
        """What a clock that only grows tells; pauses count in it."""
        return _real[name]() + self._skipped


class Call:
    """A function that stays one where a class has it, as those of C do: `logging.Formatter.converter = time.gmtime`."""

    def __init__(self, function):
        self._function = function

    def __call__(self, *given):
        return self._function(*given)


def shift(channel):
    """Shifts this process to the time of the local AWS."""
    engine = EngineTime(channel)
    time.time = Call(engine.now)
    time.time_ns = Call(lambda: int(engine.now() * 1_000_000) * 1_000)
    time.sleep = Call(engine.sleep)
    for name in ("monotonic", "perf_counter"):
        setattr(time, name, Call(lambda name=name: engine.since(name)))
        setattr(time, f"{name}_ns", Call(lambda name=name: int(engine.since(name) * 1_000_000_000)))
    _shift_calendar(engine)
    _shift_datetime(engine)
    return engine


def _shift_calendar(engine):
    def of_seconds(real):
        return Call(lambda seconds=None: real(engine.now() if seconds is None else seconds))

    for name in ("gmtime", "localtime", "ctime"):
        setattr(time, name, of_seconds(getattr(time, name)))
    strftime, asctime = time.strftime, time.asctime
    time.strftime = Call(lambda form, when=None: strftime(form, time.localtime() if when is None else when))
    time.asctime = Call(lambda when=None: asctime(time.localtime() if when is None else when))


def _shift_datetime(engine):
    class Stand(type):
        """What the real class made is of the shifted one, too."""

        def __instancecheck__(cls, instance):
            return isinstance(instance, cls.__mro__[1]) if cls in shifted else type.__instancecheck__(cls, instance)

        def __subclasscheck__(cls, other):
            return issubclass(other, cls.__mro__[1]) if cls in shifted else type.__subclasscheck__(cls, other)

    shifted = []

    class ShiftedDate(_real_date, metaclass=Stand):
        @classmethod
        def today(cls):
            return cls.fromtimestamp(engine.now())

    class ShiftedDatetime(_real_datetime, metaclass=Stand):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(engine.now(), tz)

        @classmethod
        def utcnow(cls):
            return cls.fromtimestamp(engine.now(), datetime.timezone.utc).replace(tzinfo=None)

        @classmethod
        def today(cls):
            return cls.fromtimestamp(engine.now())

    for real, stand in ((_real_date, ShiftedDate), (_real_datetime, ShiftedDatetime)):
        shifted.append(stand)
        stand.__name__ = stand.__qualname__ = real.__name__
        stand.__module__ = "datetime"
        setattr(datetime, real.__name__, stand)
