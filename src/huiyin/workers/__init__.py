"""What runs beside the web processes."""
