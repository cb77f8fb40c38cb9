"""One person's data: by what it is known again, and how it is taken out of what is about others too."""
