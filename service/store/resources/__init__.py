"""What a bank keeps here: branches, cases, collectors."""
