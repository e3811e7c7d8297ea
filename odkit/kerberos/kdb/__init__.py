"""The database of a KDC: complete entries of a dump, master keys in all their forms, and keys sealed under them.

Nothing here is needed to read names; `odkit.kerberos.inventory` reads those, and never keeps a key.
"""
