"""Settings of the whole suite."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
"""The same examples on every run and no judgement of their speed: the suite must not depend on how busy the machine is.

Look further with `pytest --hypothesis-profile=default`.
"""
settings.load_profile("suite")
