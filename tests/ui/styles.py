"""Style sheets parsed once for all tests: every app reads the same ones, and Textual parses all for each new screen."""

from __future__ import annotations

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

_parsed: dict[object, list[RuleSet]] = {}


def share_parsed_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the rules of a source under its text and the theme's variables, for the whole run."""
    parse = Stylesheet._parse_rules

    def remembered(
        self: Stylesheet,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        key = (css, read_from, is_default_rules, tie_breaker, scope, *self._variables.items())
        if key not in _parsed:
            _parsed[key] = parse(self, css, read_from, is_default_rules, tie_breaker, scope)
        return _parsed[key]

    monkeypatch.setattr(Stylesheet, "_parse_rules", remembered)
