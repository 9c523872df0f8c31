"""Server-rendered pages: they work without JavaScript, in one language at a time, and lose nothing that was typed."""
