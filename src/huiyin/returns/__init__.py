"""Returns: reports, statistics, sheets and registers made from the record under the rights of whoever asks."""
