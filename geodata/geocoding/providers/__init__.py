"""Geocoding services of others, asked where the own gazetteer is not sure: each off by default."""
