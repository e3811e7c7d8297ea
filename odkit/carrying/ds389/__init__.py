"""389 Directory Server as a target: what it knows and takes, its own column of passwords, and the scripts that load it offline."""
