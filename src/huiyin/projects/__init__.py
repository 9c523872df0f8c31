"""Projects of many households: one matter for what is common, one for each household."""
