"""Many addresses at once: the rows of a file or a request, their answers, and the table that is given back."""
