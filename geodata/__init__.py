"""Geography: coordinates, extracts, road networks, geocoding, base maps. Knows nothing of cases or of solving."""
