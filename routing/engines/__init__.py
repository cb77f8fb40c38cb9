"""Engines: each turns a Problem into sequences of visits, and nothing more."""
