"""Names of places besides the map's: China's list of divisions, GeoNames, a file of the user's own."""
