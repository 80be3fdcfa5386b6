"""A style sheet that remembers: a correction of what Textual works out again for each screen, dialog and class set.

Stock Textual parses every source anew for each screen file that is read, and matches all rules against a node of its
own for every component class of every widget, each time the widget's styles are applied: two fifths of what it costs to
open a screen. Both come out the same unless the theme's variables, the rules or the nodes above a widget changed.
Checked with the versions in `versions`; with any other one nothing is changed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Final
from weakref import WeakKeyDictionary

from textual.app import App
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.styles import RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

from ibtui.ui.paint.versions import is_checked

SOURCES_KEPT: Final = 1024
"""Parsed sources of a style sheet; Textual keeps 64, fewer than there are once all screens and dialogs were opened."""


def remember_styles(app: App[Any]) -> None:
    """Give an app that does not run yet a style sheet that remembers."""
    if is_checked():
        app.stylesheet = RememberingStylesheet(variables=app.get_css_variables())


class RememberingStylesheet(Stylesheet):
    """Textual's style sheet with the same outcome from less work."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(SOURCES_KEPT)
        self._components: dict[frozenset[str], Components] = {}
        self._indexed: dict[str, list[RuleSet]] | None = None
        """The rules `_components` was last held against."""
        self._settled: WeakKeyDictionary[DOMNode, tuple[Components, Hashable]] = WeakKeyDictionary()
        """What each widget's component styles were made from."""

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set the variables; what was parsed with other ones is forgotten."""
        if variables == self._variables:
            self._invalid_css = set()
        else:
            super().set_variables(dict(variables))

    def reparse(self) -> None:
        """Apply new variables; sources that were parsed with these already are not parsed again."""
        self._invalid_css = set()
        self.parse()

    def _process_component_classes(self, node: DOMNode) -> None:
        names = node._get_component_classes()
        if not names:
            return
        components = self._components_of(names)
        place = components.place(node)
        if self._settled.get(node) == (components, place) and node._component_styles.keys() == names:
            return
        if place in components.styles:
            _put(node, components.styles[place])
        else:
            components.sheet._process_component_classes(node)
            found = node._component_styles.items()
            components.styles[place] = {name: styles.base._rules.copy() for name, styles in found}
        self._settled[node] = components, place

    def _components_of(self, names: frozenset[str]) -> Components:
        """What is known of these component classes with the rules of now."""
        rules_map = self.rules_map
        if self._indexed is not rules_map:
            self._indexed = rules_map
            for one in self._components.values():
                one.is_fresh = False
        known = self._components.get(names)
        if known is None or not known.is_fresh:
            rules = _rules_about(names, rules_map, self.rules)
            if known is None or known.identity != tuple(map(id, rules)):
                known = self._components[names] = Components(rules)
            known.is_fresh = True
        return known


class Components:
    """The component classes of one kind of widget: the rules that may concern them, and what these said so far."""

    def __init__(self, rules: list[RuleSet]) -> None:
        self.sheet = Stylesheet()
        """These rules alone; kept, so that no other rule gets the identity of one of them."""
        self.sheet._rules = rules
        self.identity = tuple(map(id, rules))
        self.is_fresh = True
        """Whether these are the rules of the style sheet as it is now."""
        self.styles: dict[Hashable, dict[str, RulesMap]] = {}
        """Each component's own rules, under everything that a selector may ask of the nodes above it."""
        self._pseudo_classes = sorted(set[str]().union(*(rule.pseudo_classes for rule in rules)))

    def place(self, node: DOMNode) -> Hashable:
        """All that a selector may ask of a widget and of those above it: types, id, classes and pseudo-classes."""
        return tuple(
            (
                step._css_type_names,
                step.id,
                step.classes,
                tuple(step.has_pseudo_classes({name}) for name in self._pseudo_classes),
            )
            for step in node.css_path_nodes
        )


def _rules_about(names: Iterable[str], rules_map: dict[str, list[RuleSet]], rules: Iterable[RuleSet]) -> list[RuleSet]:
    """Rules whose last selector may mean one of these classes, in the style sheet's order."""
    wanted = (*DOMNode()._selector_names, *(f".{name}" for name in names))
    found = {id(rule) for name in wanted for rule in rules_map.get(name, ())}
    return [rule for rule in rules if id(rule) in found]


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
