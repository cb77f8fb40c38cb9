"""Reading OpenStreetMap: a PBF or XML extract, or a named place through osmnx."""
