"""The hybrid engine: ruin and recreate in compiled code makes routes, OR-Tools chooses among them."""
