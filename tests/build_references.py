"""Records that name servers."""

from __future__ import annotations

OLD, IP, LKDC = "srv.example.com", "10.1.2.3", "LKDC:SHA1." + "A" * 40

CONTAINERS = {"Users": "users", "Groups": "groups", "Computers": "computers", "ComputerLists": "computer_lists", "Mounts": "mounts", "Config": "config",
              "ComputerGroups": "computer_groups", "Printers": "printers", "Machines": "machines", "Locations": "locations",
              "AutoServerSetup": "autoserversetup", "Neighborhoods": "neighborhoods", "Resources": "resources", "PresetUsers": "presets_users",
              "CertificateAuthorities": "certificateauthorities", "Augments": "augments"}  # fmt: skip
