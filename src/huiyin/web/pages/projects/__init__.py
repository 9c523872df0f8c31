"""Projects of many households: what is common, how far each household is, and bringing households in."""
