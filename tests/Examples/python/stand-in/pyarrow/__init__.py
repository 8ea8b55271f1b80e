"""A stand-in for pyarrow where there is none: as much as examples/python/consume.py uses of it, over npm's apache-arrow."""
