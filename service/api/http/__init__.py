"""What holds for every request: bodies, versions, pages, retries, limits."""
