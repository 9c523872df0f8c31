"""The command line. Each verb stands in a small module; other rooms are loaded only by the verb that needs them."""
