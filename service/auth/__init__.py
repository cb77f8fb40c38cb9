"""Who is calling, and what they may do: values, without a database and without HTTP."""
