"""The visit problem in numbers: indices, integer seconds, integer metres."""
