"""An Area: road network, gazetteer and tiles built from one extract, versioned."""
