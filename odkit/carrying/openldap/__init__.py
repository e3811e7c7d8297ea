"""OpenLDAP as a target: schema, entries, passwords, configuration."""
