"""City: places, units, people in posts, and the packs they come from."""
