"""The RoadNetwork port over HTTP: servers of other projects behind the same three questions."""
