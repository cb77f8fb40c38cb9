"""The audit log as plain values: what an entry says, and how entries hang together."""
