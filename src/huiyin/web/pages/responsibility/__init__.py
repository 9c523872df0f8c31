"""The responsibility list in the office: read it, try it, say whether a row holds, change it, and look at what it sent by itself."""
