"""Reports, statistics and registers made from the record."""
