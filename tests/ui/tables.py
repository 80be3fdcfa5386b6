"""The rows of the blotter's tables as a person would see all of them."""

from __future__ import annotations

from math import inf

from ibtui.store import Store
from ibtui.ui.screens.blotter_view import execution_cells, execution_keys, finished_keys, table_cells, working_keys
from ibtui.ui.widgets.grid import Row


def working_rows(store: Store, now: float = inf) -> list[Row]:
    return [(key, table_cells(store, key, now)) for key in working_keys(store)]


def finished_rows(store: Store) -> list[Row]:
    return [(key, table_cells(store, key)) for key in finished_keys(store)]


def execution_rows(store: Store) -> list[Row]:
    return [(key, execution_cells(store.orders.executions[str(key)])) for key in execution_keys(store)]
