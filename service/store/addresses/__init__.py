"""What is confirmed and asked about addresses: pins, reviews, providers."""
