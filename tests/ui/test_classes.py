"""A class made from what its base knows is the class that stock Textual makes."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMPARED = """
import pkgutil
from importlib import import_module

from textual.dom import DOMNode

stock = DOMNode.__dict__["__init_subclass__"].__func__
PARTS = ("_computes", "_css_type_name", "_css_type_names")
FLAGS = ("_inherit_css", "_inherit_bindings", "_inherit_component_classes")

def state(cls):
    ordered = (cls._reactives, cls._merged_bindings.key_to_bindings)
    return [getattr(cls, name) for name in PARTS + FLAGS], [list(one.items()) for one in ordered]

import ibtui.ui.paint
import textual.widgets

made = DOMNode.__dict__["__init_subclass__"].__func__
assert made is not stock
seen = []

def both(cls, *given, **named):
    made(cls, *given, **named)
    ours = state(cls)
    stock(cls, *given, **named)
    assert ours == state(cls), (cls, ours, state(cls))
    made(cls, *given, **named)
    seen.append(cls)

DOMNode.__init_subclass__ = classmethod(both)
for module in pkgutil.walk_packages(ibtui.ui.__path__, "ibtui.ui."):
    import_module(module.name)
for name in textual.widgets.__all__:
    getattr(textual.widgets, name)

class Mixed:
    compute_y = None

from textual.binding import Binding
from textual.reactive import reactive
from textual.widget import Widget

class First(Widget):
    BINDINGS = [Binding("a,b", "one"), Binding("c", "two")]
    x = reactive(1)
    def compute_x(self): ...

class Second(First, inherit_bindings=False):
    BINDINGS = [("b", "three", "Three"), ("b", "four", "Four")]

class Third(Second, inherit_css=False):
    x = None

class Fourth(Mixed, Third): ...
class Fifth(Third, Mixed): ...
class Sixth(Fifth):
    BINDINGS = [("a", "five", "Five")]

ours = sum(cls.__module__.startswith("ibtui.") for cls in seen)
print(ours, len(seen))
"""


def test_every_class_of_the_program_is_as_textual_makes_it() -> None:
    done = subprocess.run([sys.executable, "-c", COMPARED], capture_output=True, text=True, timeout=120)
    assert not done.stderr
    ours, every = map(int, done.stdout.split())
    assert every > ours > 60


@pytest.mark.parametrize(("version", "is_stock"), [("8.2.8", False), ("0.0.0", True)])
def test_with_an_unknown_version_textual_makes_its_classes_itself(version: str, is_stock: bool) -> None:
    code = (
        "import types, sys; from textual.dom import DOMNode; stock = DOMNode.__dict__['__init_subclass__']\n"
        f"versions = types.ModuleType('versions'); versions.is_checked = lambda: {version!r} == '8.2.8'\n"
        "sys.modules['ibtui.ui.paint.versions'] = versions\n"
        "import ibtui.ui.paint; print(DOMNode.__dict__['__init_subclass__'] is stock)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == str(is_stock)
