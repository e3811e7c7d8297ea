"""Names of Open Directory: containers, record types, attributes.

Source: Apple's mapping template for Open Directory servers (DirectoryService-514 and -621, AppleOpenLDAP.plist) and
``apple.schema`` of Apple's OpenLDAP.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "ASCII_PLACES",
    "AUTHDATA",
    "AUTHDATA_USERS",
    "CONTAINERS",
    "DSCL_ATTRIBUTES",
    "DSCL_TYPES",
    "HOME_ATTRIBUTES",
    "OPERATIONAL",
    "WINDOWS_ATTRIBUTES",
]  # fmt: skip

AUTHDATA: Final = "cn=authdata"
AUTHDATA_USERS: Final = f"cn=users,{AUTHDATA}"

# attributes of a user that name the server of the home, in lower case
HOME_ATTRIBUTES: Final = frozenset({"homedirectory", "apple-user-homeurl"})

# those that say where something is, and are IA5 strings (RFC 4517 section 3.3.15) by apple.schema and nis.schema
ASCII_PLACES: Final = frozenset({"homedirectory", "apple-user-homeurl", "apple-group-homeurl", "mountoption", "apple-service-url"})

# attributes of a user that name the server of his home, profile and logon script on Windows: Apple's names, and those of Samba's schema
WINDOWS_ATTRIBUTES: Final = (
    "smbHome", "smbProfilePath", "smbScriptPath", "profilePath", "scriptPath", "sambaHomePath", "sambaProfilePath", "sambaLogonScript",
)  # fmt: skip

# written by slapd itself (RFC 4512 section 3.4, slapd's own), and what odusers keeps in step with it
OPERATIONAL: Final = frozenset(
    {
        "structuralobjectclass",
        "entryuuid",
        "creatorsname",
        "createtimestamp",
        "entrycsn",
        "modifiersname",
        "modifytimestamp",
        "contextcsn",
        "entrydn",
        "subschemasubentry",
        "hassubordinates",
        "numsubordinates",
        "pwdchangedtime",
    }
)

# container's cn, lower case -> record type as dscl spells it
CONTAINERS: Final[dict[str, str]] = {
    "users": "Users",
    "groups": "Groups",
    "computers": "Computers",
    "computer_lists": "ComputerLists",
    "computer_groups": "ComputerGroups",
    "mounts": "Mounts",
    "machines": "Machines",
    "config": "Config",
    "printers": "Printers",
    "locations": "Locations",
    "neighborhoods": "Neighborhoods",
    "people": "People",
    "augments": "Augments",
    "autoserversetup": "AutoServerSetup",
    "filemakerservers": "FileMakerServers",
    "resources": "Resources",
    "places": "Places",
    "maps": "Maps",
    "accesscontrols": "AccessControls",
    "certificateauthorities": "CertificateAuthorities",
    "presets_users": "PresetUsers",
    "presets_groups": "PresetGroups",
    "presets_computer_lists": "PresetComputerLists",
    "presets_computers": "PresetComputers",
    "presets_computer_groups": "PresetComputerGroups",
    "automountmap": "AutomountMap",
}
DSCL_TYPES: Final = frozenset(CONTAINERS.values())

# record type -> LDAP attribute (lower case) -> standard attribute name without its prefix
DSCL_ATTRIBUTES: Final[dict[str, dict[str, str]]] = {
    "Computers": {
        "cn": "RecordName",
        "apple-generateduid": "GeneratedUID",
        "apple-realname": "RealName",
        "description": "Comment",
        "macaddress": "ENetAddress",
        "iphostnumber": "IPAddress",
        "apple-hwuuid": "HardwareUUID",
        "apple-computer-list-groups": "Group",
        "uidnumber": "UniqueID",
        "gidnumber": "PrimaryGroupID",
        "authauthority": "AuthenticationAuthority",
    },
    "ComputerLists": {"cn": "RecordName", "apple-computers": "Computers", "apple-generateduid": "GeneratedUID"},
    "ComputerGroups": {
        "cn": "RecordName",
        "memberuid": "GroupMembership",
        "apple-group-memberguid": "GroupMembers",
        "apple-generateduid": "GeneratedUID",
    },
    "Groups": {
        "cn": "RecordName",
        "memberuid": "GroupMembership",
        "apple-group-memberguid": "GroupMembers",
        "apple-generateduid": "GeneratedUID",
        "apple-group-homeurl": "HomeDirectory",
        "apple-group-services": "GroupServices",
    },
    "Users": {
        "homedirectory": "NFSHomeDirectory",
        "apple-user-homeurl": "HomeDirectory",
        "apple-user-mailattribute": "MailAttribute",
        "apple-user-printattribute": "PrintServiceUserData",
        "smbhome": "SMBHome",
        "profilepath": "SMBProfilePath",
        "scriptpath": "SMBScriptPath",
        "apple-serviceslocator": "ServicesLocator",
        "labeleduri": "URL",
        "apple-webloguri": "WeblogURI",
    },
    "Printers": {"apple-printer-lprhost": "PrinterLPRHost"},
    "Mounts": {
        "cn": "RecordName",
        "mountdirectory": "VFSLinkDir",
        "mounttype": "VFSType",
        "mountoption": "VFSOpts",
        "mountdumpfrequency": "VFSDumpFreq",
        "mountpassno": "VFSPassNo",
    },
}
