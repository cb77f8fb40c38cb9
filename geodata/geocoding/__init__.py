"""Address to point: normalise, parse, gazetteer, match, score."""
