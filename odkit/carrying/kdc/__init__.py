"""The scripts for the KDC of a target: load.sh and unload.sh."""
