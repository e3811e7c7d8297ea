"""Native payloads: the domains that Apple's own schema of profiles describes, with their keys and types.

Source: the property descriptions of configuration profiles that Apple publishes (github.com/apple/device-management, macOS 15).  A
domain goes native only where every key is Forced, is in that schema with that type, and the payload may be in the profile's
channel: a native payload has no "once", and macOS drops an unknown key without a warning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from odkit.dataclass import dataclass
from odkit.plist import Date
from odkit.text import escape
from odkit.values.mcx import Settings

__all__ = ["native"]

_TYPES: dict[str, tuple[type, ...]] = {
    "b": (bool,),
    "i": (int,),
    "r": (int, float),
    "s": (str,),
    "a": (tuple,),
    "d": (Mapping,),
    "D": (datetime, Date),
}
_NAMES = {"b": "boolean", "i": "integer", "r": "number", "s": "string", "a": "array", "d": "dictionary", "D": "date"}


@dataclass(frozen=True, slots=True)
class _Payload:
    """A payload of Apple's schema.

    Attributes:
        type: PayloadType.
        keys: name -> letter of its type.
        required: keys that it must have.
        device: whether it is for the device channel only.
    """

    type: str
    keys: dict[str, str]
    required: tuple[str, ...] = ()
    device: bool = False


def _payload(name: str, *, device: bool = False, required: str = "", **keys: str) -> tuple[str, _Payload]:
    table = {key.strip(): letter for letter, listed in keys.items() for key in listed.split(",")}
    return name.lower(), _Payload(name, table, tuple(key for key in required.split(",") if key), device)


_MENUS = (
    "AirPort Battery Bluetooth CPU Clock Displays Eject Fax HomeSync iChat Ink IrDA PCCard PPP PPPoE RemoteDesktop Spaces Sync TextInput "
    "TimeMachine UniversalAccess User VPN Volume WWAN"
)
_PAYLOADS = dict(
    [
        _payload(".GlobalPreferences", b="MultipleSessionEnabled", r="com.apple.autologout.AutoLogOutDelay"),
        _payload(
            "com.apple.dock",
            i="tilesize,largesize",
            s="orientation,mineffect,windowtabbing,dblclickbehavior",
            b="size-immutable,magnification,magnify-immutable,magsize-immutable,position-immutable,mineffect-immutable,"
            "windowtabbing-immutable,dblclickbehavior-immutable,minimize-to-application,minintoapp-immutable,launchanim,"
            "launchanim-immutable,autohide,autohide-immutable,show-process-indicators,showindicators-immutable,show-recents,"
            "showrecents-immutable,contents-immutable,AllowDockFixupOverride,static-only",
            a="MCXDockSpecialFolders,static-others,static-apps,persistent-apps,persistent-others",
        ),
        _payload(
            "com.apple.finder",
            s="InterfaceLevel",
            b="ProhibitBurn,ProhibitConnectTo,ProhibitEject,ProhibitGoToFolder,ShowExternalHardDrivesOnDesktop,ShowHardDrivesOnDesktop,"
            "ShowMountedServersOnDesktop,ShowRemovableMediaOnDesktop,WarnOnEmptyTrash",
        ),
        _payload(
            "com.apple.loginwindow",
            device=True,
            s="AdminHostInfo,LoginwindowText",
            a="AllowList,DenyList",
            b="SHOWFULLNAME,HideLocalUsers,IncludeNetworkUser,HideAdminUsers,SHOWOTHERUSERS_MANAGED,HideMobileAccounts,ShutDownDisabled,"
            "RestartDisabled,SleepDisabled,DisableConsoleAccess,ShutDownDisabledWhileLoggedIn,RestartDisabledWhileLoggedIn,"
            "PowerOffDisabledWhileLoggedIn,LogOutDisabledWhileLoggedIn,DisableScreenLockImmediate,showInputMenu,DisableFDEAutoLogin",
        ),
        _payload(
            "com.apple.mcxprinting",
            b="RequireAdminToAddPrinters,AllowLocalPrinters,RequireAdminToPrintLocally,ShowOnlyManagedPrinters,PrintFooter,PrintMACAddress",
            s="FooterFontSize,FooterFontName",
            d="DefaultPrinter,UserPrinterList",
        ),
        _payload(
            "com.apple.mcxMenuExtras",
            r="delaySeconds,maxWaitSeconds",
            b=",".join([*(f"{name}.menu" for name in _MENUS.split()), "Script Menu.menu"]),
        ),
        _payload("com.apple.systempreferences", a="EnabledPreferencePanes,DisabledPreferencePanes,DisabledSystemSettings"),
        _payload("com.apple.systemuiserver", d="logout-eject,mount-controls,unmount-controls"),
        _payload("com.apple.DiscRecording", s="BurnSupport", required="BurnSupport"),
        _payload(
            "com.apple.applicationaccess.new",
            b="familyControlsEnabled",
            a="whiteList,pathBlackList,pathWhiteList",
            required="familyControlsEnabled",
        ),
        _payload("com.apple.Dictionary", b="parentalControl", required="parentalControl"),
        _payload(
            "com.apple.familycontrols.contentfilter",
            b="restrictWeb,useContentFilter,whitelistEnabled",
            a="siteWhitelist,filterWhitelist,filterBlacklist",
            required="restrictWeb",
        ),
        _payload("com.apple.familycontrols.timelimits.v2", b="familyControlsEnabled", d="time-limits", required="familyControlsEnabled"),
        _payload("com.apple.SystemConfiguration", device=True, d="Proxies", required="Proxies"),
        _payload(
            "com.apple.universalaccess",
            i="closeViewFarPoint,closeViewNearPoint,mouseDriverCursorSize,mouseDriverInitialDelay,mouseDriverMaxSpeed,slowKeyDelay",
            r="contrast",
            b="closeViewHotkeysEnabled,closeViewScrollWheelToggle,closeViewShowPreview,closeViewSmoothImages,flashScreen,grayscale,"
            "mouseDriver,mouseDriverIgnoreTrackpad,slowKey,slowKeyBeepOn,stereoAsMono,stickyKey,stickyKeyBeepOnModifier,"
            "stickyKeyShowWindow,voiceOverOnOffKey,whiteOnBlack",
        ),
        _payload(
            "com.apple.screensaver",
            device=True,
            b="askForPassword",
            i="askForPasswordDelay,loginWindowIdleTime",
            s="loginWindowModulePath,moduleName",
            required="moduleName",
        ),
        _payload("com.apple.desktop", b="locked", s="override-picture-path"),
        _payload(
            "com.apple.MCX.TimeMachine",
            device=True,
            b="AutoBackup,BackupAllVolumes,BackupSkipSys,MobileBackups",
            s="BackupDestURL",
            i="BackupSizeMB",
            a="BasePaths,SkipPaths",
            required="BackupDestURL",
        ),
        _payload("com.apple.ironwood.support", b="Profanity Allowed,Ironwood Allowed"),
        _payload(
            "com.apple.gamed",
            b="GKFeatureGameCenterAllowed,GKFeatureAccountModificationAllowed,GKFeatureAddingGameCenterFriendsAllowed,"
            "GKFeatureMultiplayerGamingAllowed",
        ),
        _payload("com.apple.mcxloginscripts", device=True, a="loginscripts,logoutscripts", b="skipLoginHook,skipLogoutHook"),
        _payload(
            "com.apple.MCX",
            device=True,
            b="EnableGuestAccount,DisableGuestAccount,RequireAdminForIBSS,RequireAdminForAirPortNetworkChange,"
            "RequireAdminToTurnAirPortOnOff,dontAllowFDEDisable,dontAllowFDEEnable,DestroyFVKeyOnStandby,SleepDisabled",
            d="com.apple.EnergySaver.desktop.ACPower,com.apple.EnergySaver.portable.ACPower,com.apple.EnergySaver.portable.BatteryPower,"
            "com.apple.EnergySaver.desktop.Schedule",
            s="timeServer,timeZone",
        ),
    ]
)


def native(domain: str, settings: Sequence[Settings], keys: dict[str, Any], *, user: bool) -> tuple[str | None, str]:
    """Tell whether the settings of a domain can be a native payload.

    Args:
        domain: its name.
        settings: all of the record's settings in it.
        keys: what a payload would hold: all their keys, union inputs already written as their outputs.
        user: whether the profile is for users.

    Returns:
        The payload's type, or None with the reason.
    """
    payload = _PAYLOADS.get(domain.lower())
    if payload is None:
        return None, "Apple's schema has no payload for this domain"
    if user and payload.device:
        return None, "Apple's payload is for devices only, and this profile is for users"
    if any(each.state != "Forced" for each in settings):
        return None, "a native payload is always enforced; this one is not"
    if any(each.others for each in settings):
        return None, "it holds keys beside the settings that a native payload has no room for"
    for key, value in keys.items():
        letter = payload.keys.get(key)
        if letter is None:
            return None, f"Apple's payload has no key {escape(key)}"
        if not isinstance(value, _TYPES[letter]) or (letter != "b" and isinstance(value, bool)):
            return None, f"{escape(key)} is no {_NAMES[letter]}, as Apple's payload wants it"
    missing = [key for key in payload.required if key not in keys]
    if missing:
        return None, f"Apple's payload needs {', '.join(missing)}, too"
    return payload.type, ""
