"""Pages for people: the map preview and the API reference."""
