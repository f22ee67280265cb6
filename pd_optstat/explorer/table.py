"""The explorer's table: itables, which wraps DataTables: sorted, paged and searched in the page."""

from __future__ import annotations

from typing import Any

import pandas as pd
from itables import JavascriptFunction
from itables.widget import ITable

__all__ = ["make_table", "update_table"]

_OPTIONS: dict[str, Any] = {
    "maxBytes": 0, "maxRows": 0, "pageLength": 10, "lengthMenu": [10, 25, 100], "order": [],
    "classes": "display compact nowrap", "style": "width:100%", "showIndex": False, "allow_html": False,
    # Rows are not selected here, and to hear that none is takes DataTables a second for 5,000 rows.
    "drawCallback": JavascriptFunction("function () { this.api().off('deselect'); }"),
}  # fmt: skip


def make_table(rows: pd.DataFrame) -> Any:
    """Return a widget that shows `rows`."""
    return ITable(rows, **_OPTIONS)


def update_table(table: Any, rows: pd.DataFrame) -> None:
    """Show other rows in it."""
    table.update(rows, **_OPTIONS)
