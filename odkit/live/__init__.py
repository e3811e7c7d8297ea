"""Checks a running directory and KDC, reading only.  The only place that imports ldap3 and gssapi."""
