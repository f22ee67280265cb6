"""An open quote context of a vendor's SDK, futu or moomoo, as a source. Uses its public methods only."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from .._util import cancellation
from ..core.dates import to_date
from ..core.origins import simulator_origin, vendor_brand
from ..core.pages import Page
from ..core.series import Query
from ..errors import ConnectionFailed, InvalidData, InvalidRequest, RateLimited, RequestRejected, printable
from .protocols import PagedSource

if TYPE_CHECKING:
    from .protocols import Session

__all__ = ["VendorContext"]

_T = TypeVar("_T")

#: Seconds for each call. The SDK gives up after 12 s, but never while it is reconnecting.
TIMEOUT = 15.0
#: A reply of OpenD has at most a year's rows.
MAX_ROWS = 4096

_FIELDS = ("time", "timestamp", "call_value", "put_value", "total_value", "ratio")
_READY, _CLOSED = "READY", "CLOSED"
_CONNECTION_WORDS = ("logged in", "timeout", "time out", "disconnect", "connection", "not connected", "context status")


class VendorContext(PagedSource):
    """An open ``OpenQuoteContext``, which the caller closes.

    Parameters
    ----------
    context : futu.OpenQuoteContext or moomoo.OpenQuoteContext

    Notes
    -----
    The SDK requests one page after the other, and does not return which market a reply was for. All processes that use
    contexts of the same login together request at most 60 first pages in 30 seconds.
    """

    endpoint_is_unique = False

    def __init__(self, context: Any) -> None:
        brand = vendor_brand(context)
        if brand is None:
            raise InvalidRequest(f"{type(context).__name__} is not an OpenQuoteContext of futu or moomoo.")
        self._context = context
        self._brand = brand

    def __repr__(self) -> str:
        return f"VendorContext({self._brand}.OpenQuoteContext)"

    @property
    def endpoint(self) -> str:
        """``"futu:OpenQuoteContext"`` or ``"moomoo:OpenQuoteContext"``: a context does not have its address."""
        return f"{self._brand}:OpenQuoteContext"

    @property
    def likely_origin(self) -> str:
        """``"opend"``; if the login turns out to be a simulator's, its session has that origin."""
        return "opend"

    @property
    def origin_is_certain(self) -> bool:
        """False, as another context of the same brand may be connected to a simulator."""
        return False

    @contextmanager
    def open(self) -> Iterator[Session]:
        """Use the context, which must be connected."""
        yield VendorSession(self._context, self)


class VendorSession:
    """A session that calls the SDK for each page."""

    def __init__(self, context: Any, source: VendorContext) -> None:
        from ..opend.messages import seed_of
        from ..opend.rate_limit import shared_slots

        self._context = context
        self._source = source
        self._await_ready()
        user = _beside(context.get_login_user_id, source)
        seed = seed_of(user) if isinstance(user, int) else None
        self._origin = source.likely_origin if seed is None else simulator_origin(seed)
        # A context does not have the address of its OpenD; those without a login share the slots of their brand.
        self._slots = shared_slots(source.endpoint, user if isinstance(user, int) else None)

    @property
    def origin(self) -> str:
        """The simulator's origin if the login is a simulator's, else ``"opend"``."""
        return self._origin

    def pages(self, queries: Sequence[Query], waiting: Callable[[float], None]) -> Iterator[tuple[Query, Page]]:
        """Yield the pages, with one call of the SDK for each."""
        for query in queries:
            page, key = self._first(query, waiting)
            yield query, page
            while key:
                page, key = self._ask(query, key)
                yield query, page

    def _first(self, query: Query, waiting: Callable[[float], None]) -> tuple[Page, Any]:
        # Before a slot is taken: the call alone is short enough to need no renewal of the slot.
        self._await_ready()
        while not (slots := self._slots.acquire(1, time.monotonic())):
            seconds = self._slots.seconds_until_free(time.monotonic())
            waiting(seconds)
            cancellation.sleep(min(max(seconds, 0.01), 1.0))
        try:
            return self._ask(query, None)
        finally:
            now = time.monotonic()
            self._slots.release(dict.fromkeys(slots, now), now)

    def _ask(self, query: Query, key: Any) -> tuple[Page, Any]:
        def call() -> Any:
            return self._context.get_option_market_statistic(
                query.series.market.name,
                query.series.data_type.name,
                begin_time=to_date(query.first).isoformat(),
                end_time=to_date(query.last).isoformat(),
                page_req_key=key,
            )

        self._await_ready()
        result, data, next_key = _beside(call, self._source)
        if result != 0:
            raise _failure(str(data), query, self._source)
        return _to_page(data, query, next_key), next_key

    def _await_ready(self) -> None:
        """Wait until the context is connected, as a call before that would never return."""
        deadline = time.monotonic() + TIMEOUT
        while (status := getattr(self._context, "status", _READY)) != _READY:
            if status == _CLOSED or time.monotonic() >= deadline:
                raise ConnectionFailed(
                    f"The {self._source.endpoint} is not connected (status {status}). Check that OpenD "
                    "runs and is logged in, then open a new context, or use source='opend://127.0.0.1:11111'."
                )
            cancellation.sleep(0.05)


def _beside(call: Callable[[], _T], source: VendorContext) -> _T:
    """Return what `call` returns, or raise one of our errors if it raises or takes longer than `TIMEOUT`."""
    results: list[_T] = []
    failures: list[Exception] = []
    done = threading.Event()

    def run() -> None:
        try:
            results.append(call())
        except Exception as error:
            failures.append(error)
        finally:
            done.set()

    threading.Thread(target=run, name="pd_optstat-vendor", daemon=True).start()
    cancellation.wait_for_event(done, TIMEOUT)
    if failures:
        error = failures[0]
        raise RequestRejected(
            f"The {source.endpoint} failed: {type(error).__name__}: {printable(str(error))}"
        ) from error
    if not results:
        raise ConnectionFailed(
            f"The {source.endpoint} did not answer within {TIMEOUT:g} s: it may be reconnecting. Check that OpenD "
            "runs, then load again; requests that were complete are cached."
        )
    return results[0]


def _failure(reason: str, query: Query, source: VendorContext) -> Exception:
    from ..opend.rate_limit import RATE_LIMIT_ADVICE, is_rate_limit_message

    told = f"The {source.endpoint} failed on {query}: {printable(reason)}."
    if is_rate_limit_message(reason):
        return RateLimited(f"{told} {RATE_LIMIT_ADVICE}", ret_type=-1, ret_msg=reason)
    if any(word in reason.lower() for word in _CONNECTION_WORDS):
        return ConnectionFailed(
            f"{told} Check that OpenD runs, then load again; requests that were complete are cached."
        )
    advice = "Check the login in OpenD's window, and your quote rights."
    return RequestRejected(f"{told} {advice}", ret_type=-1, ret_msg=reason)


def _to_page(data: Any, query: Query, key: Any) -> Page:
    try:
        if len(data) > MAX_ROWS:
            raise ValueError(f"{len(data)} rows")
        columns = {name: list(data[name]) for name in _FIELDS}
        return Page.of(
            query.series.market.value,
            query.series.data_type.value,
            [str(text) for text in columns["time"]],
            [_float(value) for value in columns["timestamp"]],
            [_int(value) for value in columns["call_value"]],
            [_int(value) for value in columns["put_value"]],
            [_int(value) for value in columns["total_value"]],
            [_float(value) for value in columns["ratio"]],
            key.encode() if isinstance(key, str) else bytes(key or b""),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InvalidData(
            f"What the SDK returned for {query} is not the documented table ({error!r}). No row of it was used."
        ) from None


def _int(value: Any) -> int | None:
    if isinstance(value, str):
        return None if value == "N/A" else int(value)
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(f"{value!r} is not a whole number")
    return int(value)


def _float(value: Any) -> float | None:
    found = None if isinstance(value, str) and value == "N/A" else float(value)
    return None if found is None or math.isnan(found) else found
