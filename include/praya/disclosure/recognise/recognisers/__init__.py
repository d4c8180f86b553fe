"""Recognisers of what is everywhere; one small file each, which declares a `Recogniser`."""
