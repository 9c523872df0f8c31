"""Long work: asked for on a page or the command line, done by a worker, followed by whoever asked."""
