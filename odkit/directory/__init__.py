"""A directory over the records of one or several exports."""

from odkit.directory._config import Config, Place
from odkit.directory._directory import Directory, Records, SourceInfo
from odkit.directory._folder import Collected, read_folder
from odkit.inspection import inspect
from odkit.directory._open import open_directory
from odkit.values.replicas import ReplicaServer, ReplicaTree
from odkit.directory._views import Computer, ComputerList, Group, Home, Mount, Record, User, home_of, host_of_url
from odkit.values.schema import CONTAINERS, DSCL_ATTRIBUTES, DSCL_TYPES

__all__ = [
    "CONTAINERS",
    "DSCL_ATTRIBUTES",
    "DSCL_TYPES",
    "Collected",
    "Computer",
    "ComputerList",
    "Config",
    "Directory",
    "Group",
    "Home",
    "Mount",
    "Place",
    "Record",
    "Records",
    "ReplicaServer",
    "ReplicaTree",
    "SourceInfo",
    "User",
    "home_of",
    "host_of_url",
    "inspect",
    "open_directory",
    "read_folder",
]
