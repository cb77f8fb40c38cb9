"""Addresses that people decide on: reviews, their decisions, and fixes of visits."""
