"""The screens of the F-keys."""
