"""Figures for Prometheus, traces for OpenTelemetry, and the id that joins a request's log lines to its work."""
