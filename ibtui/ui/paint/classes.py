"""Kinds of widgets and screens made from what their base knows: a correction of what Textual does for each class.

Stock Textual looks through every attribute of every base of a new class for reactives, compute methods and bindings: a
sixth of what the start takes beyond Textual's own. What it finds in the bases is what it found when they were made.
Checked with the versions in `versions`; with any other one nothing is changed.
"""

from __future__ import annotations

from typing import Final

from textual.binding import BindingsMap
from textual.dom import DOMNode
from textual.reactive import Reactive

from ibtui.ui.paint.versions import is_checked

COMPUTING: Final = ("_compute_", "compute_")
"""Beginnings of the names of methods that compute a reactive."""


def make_classes_from_their_base() -> None:
    """Do so from now on, for Textual's classes and our own; done once, before the first of ours is made."""
    if not is_checked():
        return
    stock = DOMNode.__dict__["__init_subclass__"].__func__

    def made(
        cls: type[DOMNode],
        inherit_css: bool = True,
        inherit_bindings: bool = True,
        inherit_component_classes: bool = True,
    ) -> None:
        base = cls.__bases__[0]
        if base is not DOMNode and issubclass(base, DOMNode) and cls.__mro__[1:] == base.__mro__:
            cls._inherit_css = inherit_css
            cls._inherit_bindings = inherit_bindings
            cls._inherit_component_classes = inherit_component_classes
            extend(cls, base)
        else:
            stock(cls, inherit_css, inherit_bindings, inherit_component_classes)

    setattr(DOMNode, "__init_subclass__", classmethod(made))  # noqa: B010 - mypy forbids assigning to a method


def extend(cls: type[DOMNode], base: type[DOMNode]) -> None:
    """Let a class know what its one base knows, and what itself adds."""
    own = cls.__dict__
    cls._reactives = base._reactives | {name: one for name, one in own.items() if isinstance(one, Reactive)}
    computed = [name.lstrip("_")[8:] for name in own if name.startswith(COMPUTING)]
    cls._computes = base._computes.union(computed)
    bases = cls._css_bases(cls)
    cls._css_type_name = bases[0].__name__
    cls._css_type_names = frozenset(one.__name__ for one in bases)
    cls._merged_bindings = _bindings(cls, base)


def _bindings(cls: type[DOMNode], base: type[DOMNode]) -> BindingsMap:
    """A class's own bindings, and its base's of all other keys."""
    own = BindingsMap(cls.__dict__.get("BINDINGS", []))
    if not cls._inherit_bindings or base._merged_bindings is None:
        return own
    inherited = {key: list(known) for key, known in base._merged_bindings.key_to_bindings.items()}
    return BindingsMap.from_keys(inherited | own.key_to_bindings)
