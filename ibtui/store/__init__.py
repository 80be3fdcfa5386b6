"""The one mutable model of ibtui."""

from ibtui.store.changes import Changes, Key, Topic
from ibtui.store.store import Store

__all__ = ["Changes", "Key", "Store", "Topic"]
