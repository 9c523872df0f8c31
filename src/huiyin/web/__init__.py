"""The edge of pages and API: settings, addresses, headers, logs."""
