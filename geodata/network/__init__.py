"""The road network: profiles, build, snap, matrix, path, storage."""
