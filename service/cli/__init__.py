"""The command line, `doorstep`."""
