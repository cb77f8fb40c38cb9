"""Benchmarks, side by side with other engines; docs/benchmarks.md says what they mean and found."""
