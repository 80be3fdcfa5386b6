"""What Textual paints, with fewer bytes and less work: each correction is checked against its own full repaints."""
