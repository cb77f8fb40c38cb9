"""Tenants, their keys, users, sessions, settings and preview links."""
