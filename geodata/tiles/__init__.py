"""Base map tiles made from the same extract as the road network."""
