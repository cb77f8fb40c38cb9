"""Tables that people keep in files: CSV and Excel workbooks, read within limits and written without formulas."""
