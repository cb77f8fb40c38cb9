"""What goes over the wire: pydantic models, strict, unknown keys refused."""
