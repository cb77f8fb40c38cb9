"""What is sealed at rest, with whose keys."""
