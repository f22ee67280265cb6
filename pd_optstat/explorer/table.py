"""The explorer's table: itables, which wraps DataTables, sorts, pages and searches in the page."""

from __future__ import annotations

import pandas as pd
from itables import JavascriptFunction
from itables.widget import ITable

__all__ = ["make_table", "update_table"]

_OPTIONS = {
    "maxBytes": 0, "maxRows": 0, "pageLength": 10, "lengthMenu": [10, 25, 100], "order": [],
    "classes": "display compact nowrap", "style": "width:100%", "showIndex": False, "allow_html": False,
    # Rows cannot be selected here, but DataTables would spend a second per 5,000 rows on deselecting them.
    "drawCallback": JavascriptFunction("function () { this.api().off('deselect'); }"),
}  # fmt: skip


def make_table(rows: pd.DataFrame) -> ITable:
    """Return a table widget of `rows`."""
    return ITable(rows, **_OPTIONS)


def update_table(table: ITable, rows: pd.DataFrame) -> None:
    """Replace the rows of a table widget."""
    table.update(rows, **_OPTIONS)
