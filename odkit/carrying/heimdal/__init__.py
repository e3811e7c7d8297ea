"""The target ``heimdal``: a Heimdal KDC with a database of its own, by a file for ``kadmin -l merge``."""
