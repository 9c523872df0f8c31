"""The live process beside the pages: it holds the streams of rooms and writes nothing."""
