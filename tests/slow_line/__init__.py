"""What the program is like behind a slow line."""
