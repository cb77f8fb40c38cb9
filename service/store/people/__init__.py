"""One person's data, and the end of data."""
