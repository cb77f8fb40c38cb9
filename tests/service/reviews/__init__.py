"""Reviews and fixes as values."""
