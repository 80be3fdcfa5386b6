"""Styles of component classes worked out once for all tests, whichever app asks for them.

Textual gives every component class of a widget a node of its own and matches all rules against it, again and again:
for each screen shown, each class set, each focus moved. That is two fifths of what it costs to open a screen.
"""

from __future__ import annotations

from collections.abc import Hashable
from weakref import WeakKeyDictionary

import pytest
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode


class Rules:
    """The rules of a style sheet as it was parsed, and what they say of components so far."""

    def __init__(self, rules: tuple[RuleSet, ...]) -> None:
        self.rules = rules
        """Kept, so that no other rule gets the identity of one of these."""
        self.pseudo_classes = sorted(set[str]().union(*(rule.pseudo_classes for rule in rules)))
        self.styles: dict[Hashable, dict[str, RulesMap]] = {}
        """Each component's own rules, under everything that a selector may ask of the nodes above it."""

    def place(self, node: DOMNode) -> Hashable:
        """Everything a selector may ask of a node and of those above it: types, id, classes and pseudo-classes."""
        return tuple(
            (
                step._css_type_names,
                step.id,
                step.classes,
                tuple(step.has_pseudo_classes({name}) for name in self.pseudo_classes),
            )
            for step in node.css_path_nodes
        )


_known: dict[tuple[int, ...], Rules] = {}
_of_sheet: WeakKeyDictionary[Stylesheet, tuple[list[RuleSet], Rules]] = WeakKeyDictionary()
_of_node: WeakKeyDictionary[DOMNode, tuple[Rules, Hashable]] = WeakKeyDictionary()


def share_component_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a component's styles be looked up where all that they depend on was met before."""
    work_out = Stylesheet._process_component_classes

    def remembered(self: Stylesheet, node: DOMNode) -> None:
        components = node._get_component_classes()
        if not components:
            return
        rules = _rules(self)
        place = (components, rules.place(node))
        if _of_node.get(node) == (rules, place) and node._component_styles.keys() == components:
            return
        if place in rules.styles:
            _put(node, rules.styles[place])
        else:
            work_out(self, node)
            found = node._component_styles.items()
            rules.styles[place] = {name: styles.base._rules.copy() for name, styles in found}
        _of_node[node] = rules, place

    monkeypatch.setattr(Stylesheet, "_process_component_classes", remembered)


def _rules(sheet: Stylesheet) -> Rules:
    parsed = sheet.rules
    known = _of_sheet.get(sheet)
    if known is None or known[0] is not parsed:
        key = tuple(map(id, parsed))
        if key not in _known:
            _known[key] = Rules(tuple(parsed))
        known = _of_sheet[sheet] = parsed, _known[key]
    return known[1]


def _put(node: DOMNode, styles: dict[str, RulesMap]) -> None:
    """Do what Textual does once it knows the rules: nodes of their own, and a repaint where anything changed."""
    before = node._component_styles.copy()
    node._component_styles.clear()
    for name, rules in styles.items():
        component = DOMNode(classes=name)
        component._attach(node)
        component.styles.base._rules.update(rules)
        node._component_styles[name] = component.styles
    if before != node._component_styles:
        node.refresh()
