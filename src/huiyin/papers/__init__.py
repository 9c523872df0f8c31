"""Files people hand in: photographs and documents that belong to a matter."""
