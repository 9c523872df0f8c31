"""A city with life in it: invented people, a year of plausible matters, one sign-in for each role."""
