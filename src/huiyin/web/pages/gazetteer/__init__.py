"""Names that lead to places: the list its keepers look after, trying an address, adding, deciding and ending."""
