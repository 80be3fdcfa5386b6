"""Random use of the whole dashboard, every byte of it replayed: what a terminal shows equals a stock full repaint."""
