"""Frozen values of the trading domain: no I/O, no await, standard library only."""
