"""A directory over the records of one or several exports."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.directory._columns import Need
    from odkit.directory._config import Config, ListedServer, Place
    from odkit.directory._directory import Directory, Records, SourceInfo
    from odkit.directory._dscl_names import DsclNames
    from odkit.directory._folder import Collected, CollectedFile, collected_file, export_files, read_folder
    from odkit.directory._given import Export, as_directories, as_directory, given_sources
    from odkit.directory._names import NameTable
    from odkit.directory._open import open_directory
    from odkit.directory._stretch import Stretch
    from odkit.directory._views import Computer, ComputerList, Group, Mount, Record, User, describe
    from odkit.values.home import Home, home_of, host_of_url
    from odkit.values.replicas import ReplicaServer, ReplicaTree
    from odkit.values.schema import CONTAINERS, DSCL_ATTRIBUTES, DSCL_TYPES

__all__ = [
    "CONTAINERS",
    "DSCL_ATTRIBUTES",
    "DSCL_TYPES",
    "Collected",
    "CollectedFile",
    "Computer",
    "ComputerList",
    "Config",
    "Directory",
    "DsclNames",
    "Export",
    "Group",
    "Home",
    "ListedServer",
    "Mount",
    "NameTable",
    "Need",
    "Place",
    "Record",
    "Records",
    "ReplicaServer",
    "ReplicaTree",
    "SourceInfo",
    "Stretch",
    "User",
    "as_directories",
    "as_directory",
    "collected_file",
    "describe",
    "export_files",
    "given_sources",
    "home_of",
    "host_of_url",
    "open_directory",
    "read_folder",
]

# where each name lives
_HOMES = {
    "odkit.directory._columns": ("Need",),
    "odkit.directory._config": ("Config", "ListedServer", "Place"),
    "odkit.directory._directory": ("Directory", "Records", "SourceInfo"),
    "odkit.directory._dscl_names": ("DsclNames",),
    "odkit.directory._folder": ("Collected", "CollectedFile", "collected_file", "export_files", "read_folder"),
    "odkit.directory._given": ("Export", "as_directories", "as_directory", "given_sources"),
    "odkit.directory._names": ("NameTable",),
    "odkit.directory._open": ("open_directory",),
    "odkit.directory._stretch": ("Stretch",),
    "odkit.directory._views": ("Computer", "ComputerList", "Group", "Mount", "Record", "User", "describe"),
    "odkit.values.home": ("Home", "home_of", "host_of_url"),
    "odkit.values.replicas": ("ReplicaServer", "ReplicaTree"),
    "odkit.values.schema": ("CONTAINERS", "DSCL_ATTRIBUTES", "DSCL_TYPES"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)
