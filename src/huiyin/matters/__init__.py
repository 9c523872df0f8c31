"""The record of matters: two doors, one writer, a chain of events that anyone can check."""
