"""What watches over requests: answers kept for a retry, and limits."""
