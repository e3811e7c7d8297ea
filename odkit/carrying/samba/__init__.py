"""The target ``samba``: a Samba domain controller, with GUIDs, POSIX numbers, NT hashes and Kerberos keys as the old directory has them."""
