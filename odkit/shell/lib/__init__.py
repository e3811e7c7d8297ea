"""Fragments of shell that scripts are assembled from."""
