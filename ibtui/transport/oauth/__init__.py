"""Authorities that speak to IBKR directly: OAuth 1.0a and 2.0, and where their keys are kept."""
