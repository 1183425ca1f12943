"""The strategy worker: one strategy file in, one partial signal out."""
