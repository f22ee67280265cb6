"""Exceptions and warnings of the package.

Each message says what happened, with which arguments, and what to do.
"""

from __future__ import annotations

__all__ = [
    "CacheError",
    "CacheWarning",
    "ConnectionFailed",
    "DataWarning",
    "InvalidData",
    "InvalidRequest",
    "LookbackWarning",
    "OfflineMiss",
    "OptStatError",
    "OptStatWarning",
    "PinMismatch",
    "ProtocolError",
    "RateLimited",
    "RequestRejected",
    "ResampleWarning",
    "SecurityWarning",
    "StaleWarning",
    "one_line",
    "printable",
]


#: Text of a server or a parser is cut to this many characters in messages, and whole messages to these.
_MAX_CHARACTERS = 300
_MAX_MESSAGE = 4_000


class OptStatError(Exception):
    """Base class of the exceptions of `pd_optstat`.

    A message may quote an argument, or text of a file or a server. Whatever that is, the message is one line of at most
    some thousand characters, without control characters.
    """

    def __init__(self, message: object = "") -> None:
        super().__init__(one_line(str(message)))


class InvalidRequest(OptStatError, ValueError):
    """An argument is not valid; raised before any request is sent."""


class ConnectionFailed(OptStatError, ConnectionError):
    """The source cannot be reached, closed the connection, did not reply in time, or is not logged in."""


class ProtocolError(OptStatError):
    """The server's bytes do not follow OpenD's protocol; the connection was closed."""


class RequestRejected(OptStatError):
    """OpenD replied with an error.

    Attributes
    ----------
    ret_type : int
        OpenD's ``retType`` (-1 failed, -100 timeout, -200 disconnected, -400 unknown, -500 invalid).
    ret_msg : str
        OpenD's error message.
    err_code : int
        OpenD's ``errCode``; 0 if the reply has none.
    """

    def __init__(self, message: str, *, ret_type: int = -400, ret_msg: str = "", err_code: int = 0) -> None:
        super().__init__(message)
        self.ret_type = ret_type
        self.ret_msg = ret_msg
        self.err_code = err_code

    def __reduce__(self) -> tuple[object, ...]:
        # By default, exceptions are pickled without their keyword-only arguments.
        return _rebuild_rejected, (type(self), str(self), self.ret_type, self.ret_msg, self.err_code)


def _rebuild_rejected(
    kind: type[RequestRejected], message: str, ret_type: int, ret_msg: str, err_code: int
) -> RequestRejected:
    return kind(message, ret_type=ret_type, ret_msg=ret_msg, err_code=err_code)


class RateLimited(RequestRejected):
    """OpenD rejected a request because there were more than 60 first pages within 30 seconds."""


class InvalidData(OptStatError):
    """The data is inconsistent, malformed, or does not match the request."""


class OfflineMiss(OptStatError):
    """The data is not cached or recorded, and no request may be sent; the message names the missing sessions."""


class CacheError(OptStatError):
    """The cache folder cannot be used; the message says what to do.

    Attributes
    ----------
    unavailable : bool
        Whether only the folder is to blame (permissions, a full disk, a lock), and nothing that it holds. A load that
        may use the network then goes on without the cache, with a `CacheWarning`.
    """

    unavailable = False


class PinMismatch(OptStatError):
    """A pin file is damaged, or its contents do not match its checksums."""


class OptStatWarning(UserWarning):
    """Base class of the warnings of `pd_optstat`."""


class DataWarning(OptStatWarning):
    """The server's derived fields (ratio, timestamp) do not match its call and put totals."""


class StaleWarning(OptStatWarning):
    """Provisional rows were served after they expired."""


class CacheWarning(OptStatWarning):
    """The cache remembers less than it should: it cannot be written, or part of it was damaged and was set aside."""


class ResampleWarning(OptStatWarning):
    """There are too few resamples for a p-value, or an adjusted one, to fall below 1 - level."""


class LookbackWarning(OptStatWarning):
    """A metric has no value on any day, as the frame has fewer rows than its window."""


class SecurityWarning(OptStatWarning):
    """Data or a key is sent unencrypted over a network."""


def one_line(text: str) -> str:
    """Return a message as one line of bounded length, without control characters.

    Examples
    --------
    >>> one_line("x=0    1\\ndtype: \\x1b[31m"), len(one_line("x" * 10**6))
    ('x=0 1 dtype: ?[31m', 4001)
    """
    if len(text) <= _MAX_MESSAGE and text.isprintable():
        return text
    line = " ".join(text[:_MAX_MESSAGE].split()) + ("…" if len(text) > _MAX_MESSAGE else "")
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def printable(text: str) -> str:
    """Return text from outside in a form that is safe in a message: one short line without control characters.

    Examples
    --------
    >>> printable("no right\\n\\x1b[2J"), printable(""), len(printable("x" * 1000))
    ('no right ?[2J', 'no reason given', 301)
    """
    # The first cut bounds the work: a server may send megabytes.
    line = " ".join(text[: 4 * _MAX_CHARACTERS].split())
    line = "".join(letter if letter.isprintable() else "?" for letter in line)
    return (line if len(line) <= _MAX_CHARACTERS else f"{line[:_MAX_CHARACTERS]}…") or "no reason given"
