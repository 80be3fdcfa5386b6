"""Widgets drawn line by line, for what changes many times a second."""
