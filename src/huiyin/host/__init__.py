"""The machine under the application: its folder, its database server, its processes. No Django here."""
