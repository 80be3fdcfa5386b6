"""The session itself: its state machine, the worker that carries out what it says, and the lights."""
