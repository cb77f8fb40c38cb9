"""Tests of the bound."""
