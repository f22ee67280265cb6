"""Every error and warning of the package: what happened, with which arguments, what to do now."""

from __future__ import annotations

__all__ = [
    "CacheError",
    "CacheWarning",
    "ConnectionFailed",
    "DataWarning",
    "InvalidData",
    "InvalidRequest",
    "OfflineMiss",
    "OptStatError",
    "OptStatWarning",
    "PinMismatch",
    "ProtocolError",
    "RateLimited",
    "RequestRejected",
    "SecurityWarning",
    "StaleWarning",
    "printable",
]


#: How many characters of a server's or a parser's own words a message repeats.
_MAX_WORDS = 300


class OptStatError(Exception):
    """The base of every error that `pd_optstat` raises on purpose."""


class InvalidRequest(OptStatError, ValueError):
    """What was asked cannot be asked; raised before anything is sent."""


class ConnectionFailed(OptStatError, ConnectionError):
    """The source cannot be reached, went away, did not answer in time, or is not logged in."""


class ProtocolError(OptStatError):
    """The bytes that came back are not OpenD's protocol; the connection was closed."""


class RequestRejected(OptStatError):
    """OpenD answered with an error of its own.

    Attributes
    ----------
    ret_type : int
        OpenD's ``retType`` (-1 failed, -100 timeout, -200 disconnected, -400 unknown, -500 invalid).
    ret_msg : str
        OpenD's own words.
    err_code : int
        OpenD's ``errCode``, 0 if it gave none.
    """

    def __init__(self, message: str, *, ret_type: int = -400, ret_msg: str = "", err_code: int = 0) -> None:
        super().__init__(message)
        self.ret_type = ret_type
        self.ret_msg = ret_msg
        self.err_code = err_code

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling between worker processes.
        return _rebuild_rejection, (type(self), str(self), self.ret_type, self.ret_msg, self.err_code)


def _rebuild_rejection(
    kind: type[RequestRejected], message: str, ret_type: int, ret_msg: str, err_code: int
) -> RequestRejected:
    return kind(message, ret_type=ret_type, ret_msg=ret_msg, err_code=err_code)


class RateLimited(RequestRejected):
    """OpenD refused because more than 60 series were asked for within 30 seconds."""


class InvalidData(OptStatError):
    """Numbers that contradict themselves, each other, or what was asked."""


class OfflineMiss(OptStatError):
    """Without a request this cannot be answered; the message names what is missing."""


class CacheError(OptStatError):
    """The cache folder cannot be used; the message says how to go on."""


class PinMismatch(OptStatError):
    """A pin file is damaged, or does not hold what it says."""


class OptStatWarning(UserWarning):
    """The base of the package's warnings."""


class DataWarning(OptStatWarning):
    """The server's derived fields (ratio, timestamp) do not fit its own numbers."""


class StaleWarning(OptStatWarning):
    """Numbers that are not final were served past their time."""


class CacheWarning(OptStatWarning):
    """Something in the cache was damaged or foreign, and was set aside or forgotten."""


class SecurityWarning(OptStatWarning):
    """Numbers, or a key, travel where others can read and change them."""


def printable(reason: str) -> str:
    """Return what a server said, fit for a message: one line, of some length, with nothing that a terminal obeys.

    Examples
    --------
    >>> in_words("no right\\n\\x1b[2J"), in_words(""), len(in_words("x" * 1000))
    ('no right ?[2J', 'no reason given', 301)
    """
    line = "".join(letter if letter.isprintable() else "?" for letter in " ".join(reason[: 4 * _MAX_WORDS].split()))
    return (line if len(line) <= _MAX_WORDS else f"{line[:_MAX_WORDS]}…") or "no reason given"
