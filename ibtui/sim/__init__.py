"""The simulated gateway, a process of its own."""
