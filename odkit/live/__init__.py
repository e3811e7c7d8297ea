"""Checks against a running directory and KDC; nothing here changes anything.  The only place that imports ldap3 and gssapi."""
