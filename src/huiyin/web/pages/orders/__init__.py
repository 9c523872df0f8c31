"""Orders that move the dates of many matters: what a new notice would change, the decision, how far it is, what came of it."""
