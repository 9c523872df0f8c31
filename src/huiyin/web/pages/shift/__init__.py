"""The duty desk: the log of this shift, handing it over, taking over."""
