"""Cases and collectors in spreadsheets: which columns say what, rows read and written."""
