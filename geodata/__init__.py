"""Geography: coordinates, extracts, road networks, geocoding, base maps. Knows neither cases nor solving."""
