"""The stage of a rehearsal: scratch servers on loopback, and strict stand-ins for the programs of Mac OS X Server."""
