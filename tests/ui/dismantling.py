"""Apps of ended tests taken apart, so that their memory is free at once.

An app, its screens, its widgets and their styles all know each other. To find that nobody else knows them, Python goes
through every object of them: a fifth of the time of a test that opens a screen.
"""

from __future__ import annotations

import pytest
from textual.dom import DOMNode


class Dismantling:
    """The nodes that a test made."""

    def __init__(self) -> None:
        self._made: list[DOMNode] = []

    def note_all_made(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Remember apps, screens, widgets and nodes of styles from here on."""
        usual = DOMNode.__init__

        def noted(node: DOMNode, *, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
            self._made.append(node)
            usual(node, name=name, id=id, classes=classes)

        monkeypatch.setattr(DOMNode, "__init__", noted)

    def take_apart(self) -> None:
        """Let every node forget all that it knows; nothing of the test runs any more."""
        for node in self._made:
            node.__dict__.clear()
        self._made.clear()
