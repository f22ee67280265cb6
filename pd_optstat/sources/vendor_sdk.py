"""An open quote context of a vendor's SDK, futu or moomoo, as a source. Uses its public methods only."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from .._util import cancellation
from ..core.dates import to_date
from ..core.origins import simulator_origin, vendor_brand
from ..core.underlying_pages import AnyPage, AnyQuery, UnderlyingQuery, UnderlyingTable
from ..errors import ConnectionFailed, InvalidRequest, RateLimited, RequestRejected, printable
from .protocols import PagedSource
from .vendor_tables import read_page

if TYPE_CHECKING:
    from ..opend.rate_limit import SharedSlots
    from .protocols import Session

__all__ = ["VendorContext"]

_T = TypeVar("_T")
#: A method of the SDK that takes a page key, and returns an error code, a table or a text, and the next page key.
_Call = Callable[..., tuple[int, object, object]]

#: Seconds for each call. The SDK gives up after 12 s, but never while it is reconnecting.
TIMEOUT = 15.0
#: The SDK's method for each table of an underlying.
_METHODS = {
    UnderlyingTable.STATISTIC: "get_option_underlying_his_statistic",
    UnderlyingTable.VOLATILITY: "get_option_underlying_his_volatility",
}
#: A version of either SDK that has these methods.
_KNOWN_VERSION = "10.11.7108"
_READY, _CLOSED = "READY", "CLOSED"
_CONNECTION_WORDS = ("logged in", "timeout", "time out", "disconnect", "connection", "not connected", "context status")


class VendorContext(PagedSource):
    """An open ``OpenQuoteContext``, which the caller closes.

    Parameters
    ----------
    context : futu.OpenQuoteContext or moomoo.OpenQuoteContext

    Notes
    -----
    The SDK requests one page after the other, and does not return which market a reply was for; of an underlying it
    returns the code with each row. All processes that use contexts of the same login together request at most 60 first
    pages of each protocol in 30 seconds.
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
    def package(self) -> str:
        """The SDK's name in package registries."""
        return f"{self._brand}-api"

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

        self._context = context
        self._source = source
        self._await_ready()
        user = _beside(context.get_login_user_id, source)
        seed = seed_of(user) if isinstance(user, int) else None
        self._origin = source.likely_origin if seed is None else simulator_origin(seed)
        self._user = user if isinstance(user, int) else None

    @property
    def origin(self) -> str:
        """The simulator's origin if the login is a simulator's, else ``"opend"``."""
        return self._origin

    def pages(
        self, queries: Sequence[AnyQuery], waiting: Callable[[float], None]
    ) -> Iterator[tuple[AnyQuery, AnyPage]]:
        """Yield the pages, with one call of the SDK for each. Where a protocol's limit is reached, others go on."""
        calls = [_to_call(query, self._context, self._source) for query in queries]
        lanes: dict[SharedSlots, deque[tuple[AnyQuery, _Call]]] = {}
        for query, call in zip(queries, calls, strict=True):
            lanes.setdefault(self._slots_of(query), deque()).append((query, call))
        while lanes := {slots: lane for slots, lane in lanes.items() if lane}:
            # Before a slot is taken: the call alone is short enough to need no renewal of the slot.
            self._await_ready()
            slots, taken = self._take_slot(list(lanes), waiting)
            query, call = lanes[slots].popleft()
            try:
                page, key = self._ask(query, call, None)
            finally:
                now = time.monotonic()
                slots.release(dict.fromkeys(taken, now), now)
            yield query, page
            while key:
                page, key = self._ask(query, call, key)
                yield query, page

    def _slots_of(self, query: AnyQuery) -> SharedSlots:
        from ..opend.page_requests import proto_id_of
        from ..opend.rate_limit import shared_slots

        # A context does not have the address of its OpenD; those without a login share the slots of their brand.
        return shared_slots(self._source.endpoint, self._user, proto_id_of(query))

    @staticmethod
    def _take_slot(
        wanted: Sequence[SharedSlots], waiting: Callable[[float], None]
    ) -> tuple[SharedSlots, Sequence[int]]:
        """Wait for a slot of one of the limits, and return it with its limit."""
        while True:
            for slots in wanted:
                if taken := slots.acquire(1, time.monotonic()):
                    return slots, taken
            seconds = min(slots.seconds_until_free(time.monotonic()) for slots in wanted)
            waiting(seconds)
            cancellation.sleep(min(max(seconds, 0.01), 1.0))

    def _ask(self, query: AnyQuery, call: _Call, key: Any) -> tuple[AnyPage, Any]:
        self._await_ready()
        result, data, next_key = _beside(lambda: call(page_req_key=key), self._source)
        if result != 0:
            raise _failure(str(data), query, self._source)
        return read_page(data, query, next_key), next_key

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


def _to_call(query: AnyQuery, context: Any, source: VendorContext) -> _Call:
    """Return the SDK's method for a query with all arguments but the page key.

    Raises
    ------
    InvalidRequest
        If the SDK is too old to have the method.
    """
    dates = {"begin_time": to_date(query.first).isoformat(), "end_time": to_date(query.last).isoformat()}
    if not isinstance(query, UnderlyingQuery):
        series = query.series
        return partial(context.get_option_market_statistic, series.market.name, series.data_type.name, **dates)
    name = _METHODS[query.table]
    method = getattr(context, name, None)
    if method is None:
        raise InvalidRequest(
            f"The {source.endpoint} has no method {name}, so it cannot load {query.table.value} of {query.underlying}. "
            f"{source.package} {_KNOWN_VERSION} has it: pip install --upgrade {source.package}."
        )
    return partial(method, query.underlying.symbol, query.underlying.index_option_type.name, **dates)


def _failure(reason: str, query: AnyQuery, source: VendorContext) -> Exception:
    from ..opend.page_requests import refusal_advice
    from ..opend.rate_limit import RATE_LIMIT_ADVICE, is_rate_limit_message

    told = f"The {source.endpoint} failed on {query}: {printable(reason)}."
    if is_rate_limit_message(reason):
        return RateLimited(f"{told} {RATE_LIMIT_ADVICE}", ret_type=-1, ret_msg=reason)
    if any(word in reason.lower() for word in _CONNECTION_WORDS):
        return ConnectionFailed(
            f"{told} Check that OpenD runs, then load again; requests that were complete are cached."
        )
    return RequestRejected(f"{told} {refusal_advice(query)}", ret_type=-1, ret_msg=reason)
