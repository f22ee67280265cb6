"""The Python code that makes a report again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ..errors import printable
from .findings import ReportSettings

__all__ = ["write_report_code"]


def write_report_code(
    info: Mapping[str, object],
    digest: str | None,
    price_digest: str | None,
    settings: ReportSettings,
    path: str,
    pin: str | None = None,
) -> str:
    """Return code that loads the counts, checks that they are the same, and writes the report.

    Attributes may have been written by anybody: texts are quoted or, in comments, printable.

    Parameters
    ----------
    info : mapping
        The frame's ``attrs["optstat"]``.
    digest, price_digest : str or None
        Of the counts and of the prices.
    settings : ReportSettings
    path : str
        Of the report.
    pin : str, optional
        The name of the file of the active pin.

    Examples
    --------
    >>> info = {"market": "US_SECURITY", "data_type": "VOLUME", "start": "2026-01-02", "end": "2026-06-12",
    ...         "source": "simulator:7", "endpoint": "simulator:?seed=7"}
    >>> print(write_report_code(info, None, None, ReportSettings(), "report.html", "study.optstat"))
    import pd_optstat as po
    <BLANKLINE>
    po.pin('study.optstat')
    df = po.load('US_SECURITY', 'VOLUME', '2026-01-02', '2026-06-12', source='simulator:?seed=7')
    df.optstat.report(path='report.html')
    <BLANKLINE>
    """
    lines = ["import pd_optstat as po", ""]
    if pin is not None:
        lines.append(f"po.pin({pin!r})")
    elif isinstance(info.get("pin"), str):
        lines.append(
            f"# The counts are from a pin: po.pin(FILE), where the checksum of FILE is {printable(str(info['pin']))}"
        )
    lines.append(_load(info))
    if digest is not None and info.get("digest") not in (None, digest):
        lines.append("# The rows were selected or changed after they were loaded. Do the same here, until")
    if digest is not None:
        lines.append(f"assert df.optstat.digest() == {digest!r}")
    arguments = []
    if price_digest is not None:
        lines += ["# close: the closing prices, a Series by day, whose digest is", f"# {printable(price_digest)}"]
        arguments.append("close")
    arguments.append(f"path={path!r}")
    default = ReportSettings()
    for name in ReportSettings.__dataclass_fields__:
        value = getattr(settings, name)
        if value != getattr(default, name):
            arguments.append(f"{name}={dict(value) if isinstance(value, Mapping) else value!r}")
    lines.append(f"df.optstat.report({', '.join(arguments)})")
    return "\n".join(lines) + "\n"


def _load(info: Mapping[str, object]) -> str:
    market, data_type = info.get("market"), info.get("data_type")
    if isinstance(market, str) and isinstance(data_type, str):
        arguments = [repr(market), repr(data_type), *_days(info)]
        source = info.get("endpoint") or info.get("source")
        if isinstance(source, str):
            arguments.append(f"source={source!r}")
        if isinstance(info.get("as_of"), str):
            arguments.append(f"as_of={info['as_of']!r}")
        return f"df = po.load({', '.join(arguments)})"
    if info.get("source") == "cboe" and isinstance(info.get("endpoint"), str):
        product = f", product={info['product']!r}" if isinstance(info.get("product"), str) else ""
        return f"df = po.read_cboe({info['endpoint']!r}{product})"
    return "# df: the frame of counts; its attributes do not say how it was loaded"


def _days(info: Mapping[str, object]) -> list[str]:
    found = []
    for name in ("start", "end"):
        value = info.get(name)
        try:
            found.append(repr(date.fromisoformat(value).isoformat()))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return []
    return found
