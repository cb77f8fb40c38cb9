"""Telling other systems what happened: which events there are, where they may be sent, how they are signed and sent."""
