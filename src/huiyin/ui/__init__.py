"""Tokens, base pages, components and the ways values are shown: what every page of every app is made of."""
