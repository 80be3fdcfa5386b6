"""A style sheet that remembers: a correction of what Textual works out again for each screen, dialog and class set.

Stock Textual parses every source anew for each screen file that is read, and matches all rules against a node of its
own for every component class of every widget, each time the widget's styles are applied: two fifths of what it costs to
open a screen. Both come out the same unless the theme's variables, the rules or the nodes above a widget changed, and
of the component classes only those are worked out that something is drawn with.
Checked with the versions in `versions`; with any other one nothing is changed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any, Final

from textual.app import App
from textual.cache import LRUCache
from textual.css.model import RuleSet, SelectorType
from textual.css.styles import RenderStyles, RulesMap
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

from ibtui.ui.paint.versions import is_checked

SOURCES_KEPT: Final = 1024
"""Parsed sources of a style sheet; Textual keeps 64, fewer than there are once all screens and dialogs were opened."""
SYSTEM_CLASS: Final = "-textual-system"
"""Of widgets that `*` does not mean."""


def remember_styles(app: App[Any]) -> None:
    """Give an app that does not run yet a style sheet that remembers, with the variables of its theme."""
    if is_checked():
        app.stylesheet = RememberingStylesheet()
    app.stylesheet.set_variables(app.get_css_variables())


def begin_in_theme(app: App[Any]) -> bool:
    """Do for the theme of an app that does not run yet what Textual does when it changes; False: it must still be done.

    Done once the app runs, it costs the first screen a second round of styles.
    """
    if not is_checked():
        return False
    theme = app.current_theme
    classes = {f"-theme-{theme.name}": True, "-dark-mode": theme.dark, "-light-mode": not theme.dark}
    app.update_classes(classes, update=False)
    app._refresh_truecolor_filter(app.ansi_theme)
    return True


class RememberingStylesheet(Stylesheet):
    """Textual's style sheet with the same outcome from less work."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(SOURCES_KEPT)
        self._components: dict[frozenset[str], Components] = {}
        self._indexed: dict[str, list[RuleSet]] | None = None
        """The rules `_components` was last held against."""

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
        before = node._component_styles
        if isinstance(before, ComponentStyles) and before.are_of(components, place):
            return
        now = node._component_styles = ComponentStyles(node, names, components, place)
        if not before or any(styles != now[name] for name, styles in before.items()):
            node.refresh()

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
        self.identity = tuple(map(id, rules))
        self.is_fresh = True
        """Whether these are the rules of the style sheet as it is now."""
        self._sheet = Stylesheet()
        """These rules alone; kept, so that no other rule gets the identity of one of them."""
        self._sheet._rules = rules
        self._known: dict[Hashable, dict[str, RulesMap]] = {}
        """Each component's own rules, under everything that a selector may ask of the nodes above it."""
        selectors = [one for rule in rules for several in rule.selector_set for one in several.selectors]
        self._types, self._ids, self._classes = (
            frozenset(one.name for one in selectors if one.type is kind)
            for kind in (SelectorType.TYPE, SelectorType.ID, SelectorType.CLASS)
        )
        self._classes |= {SYSTEM_CLASS}
        self._pseudo_classes = sorted(set[str]().union(*(rule.pseudo_classes for rule in rules)))

    def place(self, node: DOMNode) -> Hashable:
        """All that these rules may ask of a widget and of those above it: types, id, classes and pseudo-classes."""
        return tuple(
            (
                step._css_type_names & self._types,
                step.id if step.id in self._ids else None,
                step.classes & self._classes,
                tuple(step.has_pseudo_classes({name}) for name in self._pseudo_classes),
            )
            for step in node.css_path_nodes
        )

    def styles(self, node: DOMNode, name: str) -> RenderStyles:
        """Those of one component of a widget, on a node of their own as Textual has it."""
        component = DOMNode(classes=name)
        component._attach(node)
        known = self._known.setdefault(self.place(node), {})
        if name in known:
            component.styles.base._rules.update(known[name])
        else:
            self._sheet.apply(component)
            known[name] = component.styles.base._rules.copy()
        return component.styles


class ComponentStyles(dict[str, RenderStyles]):
    """A widget's component styles, each worked out when it is asked for first: most are never drawn with."""

    def __init__(self, node: DOMNode, names: frozenset[str], components: Components, place: Hashable) -> None:
        super().__init__()
        self._node = node
        self._names = names
        self._made_of = (components, place)

    def are_of(self, components: Components, place: Hashable) -> bool:
        """Whether they are what these rules say of a widget there."""
        return self._made_of == (components, place) and bool(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names or super().__contains__(name)

    def __missing__(self, name: str) -> RenderStyles:
        if name not in self._names:
            raise KeyError(name)
        styles = self[name] = self._made_of[0].styles(self._node, name)
        return styles

    def clear(self) -> None:
        """Textual takes them from a widget that was removed."""
        super().clear()
        self._names = frozenset()


def _rules_about(names: Iterable[str], rules_map: dict[str, list[RuleSet]], rules: Iterable[RuleSet]) -> list[RuleSet]:
    """Rules whose last selector may mean one of these classes, in the style sheet's order."""
    wanted = (*DOMNode()._selector_names, *(f".{name}" for name in names))
    found = {id(rule) for name in wanted for rule in rules_map.get(name, ())}
    return [rule for rule in rules if id(rule) in found]
