"""The product's style sheet that remembers, for every app of the tests, and what it remembers shared by them all."""

from __future__ import annotations

import pytest

from ibtui.ui.paint.component_styles import Components, RememberingStylesheet

_known: dict[tuple[frozenset[str], tuple[int, ...]], Components] = {}


def share_component_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a component's styles be looked up where all that they depend on was met before, in any app.

    Rules are the same objects in all apps by `styles.share_parsed_styles`.
    """
    usual = RememberingStylesheet._components_of

    def shared(self: RememberingStylesheet, names: frozenset[str]) -> Components:
        components = usual(self, names)
        known = _known.setdefault((names, components.identity), components)
        self._components[names] = known
        return known

    monkeypatch.setattr(RememberingStylesheet, "_components_of", shared)
    monkeypatch.setattr("textual.app.Stylesheet", RememberingStylesheet)
