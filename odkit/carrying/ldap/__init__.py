"""What every LDAP server that a directory is carried to has in common: the tree, its records, their checks, and who logs in how."""
