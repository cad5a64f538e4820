"""A currency desk's file of customer transactions, delivered again and again with changes."""
