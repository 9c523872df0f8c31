"""Huiyin 回音: one front door for a city's disputes, hazards and needs."""

__version__ = "0.1.0"
