"""Benchmarks of the road network, side by side with OSRM; docs/benchmarks.md says what they mean."""
