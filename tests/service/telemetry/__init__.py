"""Tests of service.telemetry."""
