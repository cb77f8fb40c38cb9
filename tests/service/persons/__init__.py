"""Tests of taking one person out."""
