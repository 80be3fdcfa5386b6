"""What the program costs as lists, days and the journal grow."""
