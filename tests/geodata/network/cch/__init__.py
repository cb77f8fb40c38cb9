"""Tests of geodata.network.cch."""
