"""Simulated Client Portal Gateway: an exchange, an account and IBKR's wire in front of them, for demos and tests."""
