"""Functions that ship as container images."""
