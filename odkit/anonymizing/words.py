"""Words that are Open Directory's own, or the Macs': they stay in a copy, each where it means what it says.

What is in none of these lists is replaced.  Source: ``apple.schema`` of Apple's OpenLDAP, RFC 2307, 4519 and 2798, Samba's schema;
PasswordServer ``AuthFile.h``; the preference manifests of ManagedClient; DirectoryService's constants.
"""

# ruff: noqa: SIM905 - a list of words reads better without quotes
from __future__ import annotations

from typing import Final

__all__ = [
    "ALWAYS",
    "APPLE",
    "ATTRIBUTES",
    "AUTHORITY",
    "CLASSES",
    "CONTAINERS",
    "EVERY",
    "FOLDERS",
    "KEYS",
    "NAMING",
    "OIDS",
    "SCHEMES",
    "SERVICES",
    "VALUES",
]

ALWAYS: Final = frozenset(
    """
    admin com local localhost net nobody org root staff wheel
    """.split()
)
"""Kept wherever it is a word of its own; in lower case."""
SERVICES: Final = frozenset(
    """
    CIFS HTTP WELLKNOWN XMPP afpserver changepw cifs default fcsvr ftp host http imap ipp kadmin kiprop krbtgt ldap nfs pcast pop smb
    smtp ssh vnc vpn xgrid xmpp
    """.split()
)
"""First component of a principal."""
SCHEMES: Final = frozenset(
    """
    afp cifs file ftp http https ipp ipps ldap ldapi ldaps lpd mailto nfs rtsp smb socket ssh vnc webdav
    """.split()
)
"""Schemes of URLs; in lower case."""
FOLDERS: Final = frozenset(
    """
    Applications Data Groups LDAPv3 Library Local Network Servers Shared System Users Utilities Volumes automount bash bin csh db dev
    empty etc false home homes ksh net nologin null private root sbin sh tcsh tmp usr var zsh
    """.split()
)
"""Folders of Mac OS X, and its shells."""
CONTAINERS: Final = frozenset(
    """
    access accesscontrols admin augments authdata automountmap autoserversetup certificateauthorities cifsserver collabservices
    computer_groups computer_lists computers config defaultlocale dirserv filemakerservers groups guest kerberosclient kerberoskdc
    ldapreplicas ldapservers locales locations machines macosxodconfig macosxodpolicy maps mcx_cache mounts neighborhoods passwordserver
    people places preset_computer_lists preset_groups preset_users presets_computer_groups presets_computer_lists presets_computers
    presets_groups presets_users printers replicas resources schema sync users
    """.split()
)
"""Names of containers and config records; in lower case."""
AUTHORITY: Final = frozenset(
    """
    4096 applepasswordserver basic betterhashonly cacheduser cram digest disableduser dns hashlist ipv4 ipv6 kerberosv5 kerberosv5cert
    lan localcacheduser localcasheduser localwindowshash manager md5 netlogon nt ntlm pbkdf2 recoverable rfc5054 salted securetoken sha1
    sha512 shadowhash smb srp
    """.split()
)
"""Tags of authAuthority, and kinds of hashes; in lower case."""
VALUES: Final = frozenset(
    """
    APOPNotRequired APOPRequired Active AllowReplication Always Computer Disabled Enabled Forward IMAPAllowed IMAPDeny IMAPRequired
    Local Master NO None NotFound Off Often Once POP3Deny POPAllowed POPRequired PermissionDenied Replica1 Replica2 Replica3 Replica4
    Replica5 Replica6 Replica7 Replica8 Replica9 SyncAnytime SyncDefault SyncNever SyncOnDirty SyncOnSchedule SyncOnlyIfDesperate System
    UseACL User YES afp bg bottom directory-tile false file-tile genie hard kAPOPRequired left net nfs no noauto nodev none nosuid
    rfc5054_4096 right ro rw scale sha512 smbfs soft spacer-tile true unrestricted url url-tile yes
    """.split()
)
"""Values of property lists and attributes that stand for a state; whole values only."""
APPLE: Final = frozenset(
    """
    com.apple.access_ com.apple.access_disabled com.apple.access_sessionkey com.apple.access_ssh com.apple.activation.simple
    com.apple.applefileserver com.apple.applicationaccess com.apple.applicationaccess.new com.apple.asset.data
    com.apple.autologout.autologoutdelay com.apple.cachedaccounts com.apple.cachedaccounts.createatlogin
    com.apple.cachedaccounts.warnoncreate com.apple.configuration.app.settings com.apple.configuration.diskmanagement.settings
    com.apple.configuration.legacy com.apple.configuration.legacy.interactive com.apple.configuration.passcode.settings
    com.apple.configuration.safari.settings com.apple.configuration.softwareupdate.settings com.apple.configurelocalkdc
    com.apple.dashboard com.apple.declarations com.apple.desktop com.apple.dictionary com.apple.digihub
    com.apple.directoryservice.managed com.apple.discrecording com.apple.dock com.apple.energysaver
    com.apple.energysaver.desktop.acpower com.apple.energysaver.desktop.schedule com.apple.energysaver.portable.acpower
    com.apple.energysaver.portable.batterypower com.apple.familycontrols.contentfilter com.apple.familycontrols.timelimits
    com.apple.familycontrols.timelimits.v2 com.apple.finder com.apple.gamed com.apple.homesync com.apple.internetconfig
    com.apple.ironwood.support com.apple.itunes com.apple.kerberos.kdc com.apple.login.mcx.disableautologinclient
    com.apple.loginitems.managed com.apple.loginwindow com.apple.macosxserver.virtualhosts com.apple.mail
    com.apple.managedclient.preferences com.apple.mcx com.apple.mcx.sidebar com.apple.mcx.timemachine com.apple.mcxairport
    com.apple.mcxbluetooth com.apple.mcxloginscripts com.apple.mcxmenuextras com.apple.mcxpreferences com.apple.mcxprinting
    com.apple.mcxredirector com.apple.mdm com.apple.menuextra com.apple.networkbrowser com.apple.od.role com.apple.opendirectory.group
    com.apple.safari com.apple.screensaver com.apple.screensaver.user com.apple.servicemanagement com.apple.sharekithelper
    com.apple.sidebarlists com.apple.smb.server com.apple.softwareupdate com.apple.submitdiaginfo com.apple.systemconfiguration
    com.apple.systempreferences com.apple.systemuiserver com.apple.textedit com.apple.timed com.apple.universalaccess edu.mit.kerberos
    """.split()
)
"""Apple's reverse domain names, of MCX and services; in lower case."""
CLASSES: Final = frozenset(
    """
    account alias apple-acl apple-augment apple-certificaterequestinfo apple-computer apple-computer-info apple-computer-list
    apple-configuration apple-group apple-location apple-machine apple-neighborhood apple-preset-computer apple-preset-computer-group
    apple-preset-computer-list apple-preset-group apple-preset-user apple-printer apple-resource apple-serverassistant-config
    apple-service apple-user apple-user-info applicationprocess authauthorityobject automount automountmap bootabledevice cacheobject
    certificationauthority container country dcobject device domain domainrelatedobject dsa extensibleobject groupofnames
    groupofuniquenames ieee802device inetorgperson iphost ipnetwork ipprotocol ipservice krb5kdcentry krb5principal labeleduriobject
    leaf locality mount nismap nisnetgroup nisobject olcbackendconfig olcbdbconfig olcconfig olcdatabaseconfig olcglobal olchdbconfig
    olcmdbconfig olcoverlayconfig olcschemaconfig oncrpc organization organizationalperson organizationalunit person pkica pkiuser
    posixaccount posixgroup pwauthdata pwpolicy pwsauthdata referral residentialperson sambadomain sambagroupmapping sambasamaccount
    serviceconnectionpoint shadowaccount simplesecurityobject strongauthenticationuser subschema sudorole top
    """.split()
)
"""Object classes; in lower case."""
ATTRIBUTES: Final = frozenset(
    """
    acctflags add admingroups aliasedobjectname altsecurityidentities apple-accountpolicy apple-acl-entry apple-authenticationallowed
    apple-birthday apple-capacity apple-category apple-certificatesigningrequest apple-company apple-computer-list-groups
    apple-computeralias apple-computers apple-config-realname apple-contactguid apple-data-stamp apple-device-guid
    apple-disabled-auth-mech apple-dns-domain apple-dns-nameserver apple-dnsname apple-emailcontacts apple-enabled-auth-mech
    apple-failinfo apple-generateduid apple-group-expandednestedgroup apple-group-homeowner apple-group-homeurl apple-group-memberguid
    apple-group-nestedgroup apple-group-realname apple-group-services apple-hwuuid apple-imhandle apple-issuer apple-kdc-authkey
    apple-kdc-configdata apple-keyword apple-last-serverid apple-ldap-replica apple-ldap-serverid apple-ldap-writable-replica
    apple-locale-relay apple-locale-subnets apple-machine-contactperson apple-machine-hardware apple-machine-serves
    apple-machine-software apple-machine-suffix apple-mapcoordinates apple-mapguid apple-mapuri apple-mcxflags apple-mcxsettings
    apple-mcxsettings2 apple-namesuffix apple-neighborhood-alias apple-neighborhoodalias apple-networkinterfaces apple-networkview
    apple-nickname apple-nodepathxml apple-organizationinfo apple-ownerguid apple-parentlocales apple-password-server-list
    apple-password-server-location apple-passwordchangeallowed apple-phonecontacts apple-pkistatus apple-postaladdresses
    apple-preset-user-is-admin apple-primary-locale apple-primarycomputerguid apple-primarycomputerlist apple-printer-attributes
    apple-printer-lprhost apple-printer-lprqueue apple-printer-note apple-printer-type apple-profiles apple-profiles-timestamp
    apple-realname apple-relationships apple-resource-info apple-resource-type apple-revocationdate apple-revocationreason
    apple-secondsuntilauthenticationsexpire apple-secondsuntilpasswordexpires apple-selfwrite apple-serialnumber apple-service-location
    apple-service-port apple-service-type apple-service-url apple-serviceinfo apple-serviceslocator apple-srv apple-transactionid
    apple-user-adminlimits apple-user-authenticationhint apple-user-class apple-user-homedirectory apple-user-homequota
    apple-user-homesoftquota apple-user-homeurl apple-user-mailattribute apple-user-passwordpolicy apple-user-passwordpolicy-effective
    apple-user-picture apple-user-printattribute apple-validnotafter apple-validnotbefore apple-webloguri
    apple-willauthenticationsexpire apple-willpasswordexpire apple-xmlplist attributetypesconfig audio authauthority authguid
    authorityrevocationlist authpassword automountinformation automountkey automountmapname bootfile bootparameter businesscategory c
    cacertificate carlicense certificaterevocationlist changetype cmusaslsecretcram-md5 cmusaslsecretdigest-md5 cmusaslsecretdigest-umd5
    cmusaslsecretpps cmusaslsecretsmblm cmusaslsecretsmbnt cn commonname contextcsn control countryname createtimestamp creationdate
    creatorsname crosscertificatepair crschallenge dc delete deleteoldrdn departmentnumber description destinationindicator
    disablereason displayname distinguishedname dn domaincomponent draft-krbencsalttypes draft-krbextradata draft-krbkeyset
    draft-krbkeyversion draft-krbprincipalacl draft-krbprincipalaliases draft-krbprincipalname draft-krbprincipalrealm
    draft-krbrealmname draft-krbticketmaxlife draft-krbticketmaxrenewal draft-krbticketpolicy email emailaddress employeenumber
    employeetype entrycsn entrydn entryuuid facsimiletelephonenumber fax gecos generationqualifier gidnumber givenname gn
    hassubordinates historydata homedirectory homedrive homephone homepostaladdress host increment initials internationalisdnnumber
    iphostnumber ipnetmasknumber ipnetworknumber ipprotocolnumber ipserviceport ipserviceprotocol jpegphoto kerberosprincname
    kerberosrealmname kickofftime krbprincipalkey krbprincipalname l labeleduri lastfailedlogintime lastlogintime lmpassword
    localityname loginfailedattempts loginshell logofftime logontime macaddress mail manager matcheddn member membernisnetgroup memberof
    memberuid mobile mobiletelephonenumber modifiersname modifytimestamp mountdirectory mountdumpfrequency mountoption mountpassno
    mounttype name newrdn newsuperior nismapentry nismapname nisnetgrouptriple nsuniqueid ntpassword numsubordinates o objectclass
    objectclassesconfig olcaccess olcattributetypes olcdatabase olcdbdirectory olcobjectclasses olcrootdn olcrootpw olcsuffix
    olcsyncrepl oncrpcnumber organizationalunitname organizationname ou owner ownerguidlist pager pagertelephonenumber password
    passwordmoddate passwordrequireddate photo physicaldeliveryofficename postaladdress postalcode postofficebox preferreddeliverymethod
    preferredlanguage primarygroupid profilepath pwdaccountlockedtime pwdchangedtime pwdfailuretime pwdhistory pwdlastset
    pwdpolicysubentry pwsprivatekey pwspublickey ref referralurl registeredaddress replace result rfc822mailbox rid roomnumber
    sambaacctflags sambabadpasswordcount sambabadpasswordtime sambadomainname sambahomedrive sambahomepath sambakickofftime
    sambalmpassword sambalogofftime sambalogonhours sambalogonscript sambalogontime sambamungeddial sambantpassword sambapasswordhistory
    sambaprimarygroupsid sambaprofilepath sambapwdcanchange sambapwdlastset sambapwdmustchange sambasid sambauserworkstations scriptpath
    search secretary seealso serialnumber serviceprincipalname shadowexpire shadowflag shadowhashdata shadowinactive shadowlastchange
    shadowmax shadowmin shadowwarning smbhome smbprofilepath smbscriptpath sn srp-rfc5054-4096-sha512-pbkdf2 st stateorprovincename
    street streetaddress structuralobjectclass subschemasubentry surname telephonenumber teletexterminalidentifier telexnumber text
    title ttl uid uidnumber uniquemember usercertificate userid userlinkage userpassword userpkcs12 usersmimecertificate
    userworkstations version weakauthmethod x121address
    """.split()
)
"""Attribute types, and the words of LDIF; in lower case."""
_WITH_BLANKS: Final = (
    "Advisory Client Caching", "Assistant Allowed", "Attribute Type Map", "Binding Required", "Configured Security Level",
    "Default Attribute Type Map", "Denied SASL Methods", "Directory Binding", "Generic Name", "Group Object Classes",
    "Man In The Middle", "Native Map", "No ClearText Authentications", "Object Classes", "Packet Encryption", "Packet Signing",
    "Preference File Version", "Record Type Map", "Record Types", "Search Base", "Server Mappings", "Standard Name",
    "Template Name",
)  # fmt: skip
_PLAIN: Final = frozenset(
    """
    AcceptEAPTypes AdminHostInfo AdminMayDisableMCX AllowDockFixupOverride AllowList AllowList-Raw AllowLocalPrinters
    AlwaysShowWorkgroupDialog AppItems-Raw AppleMail AppleShowAllExtensions Assistant Attributes AuthenticateAsLoginUserShortName
    AutoBackup AutoJoin AutoLaunchedApplicationDictionary AutoLaunchedApplicationDictionary-managed
    AutoLaunchedApplicationDictionary-raw BackupAllVolumes BackupDestURL BackupSizeMB BackupSkipSys BackupSystem BadTrialDelay BasePaths
    Bindings BurnSupport CatalogURL CombineUserWorkgroups CurrentServerForLDAP DNS Decommission DecommissionedReplicas DefaultPrinter
    DenyList DenyList-Raw Desktop DestroyFVKeyOnStandby DeviceURI Directory DisableAirPort DisableBluetooth DisableConsoleAccess
    DisableFDEAutoLogin DisableGuestAccount DisableScreenLockImmediate DisabledPreferencePanes DisabledSystemSettings DisplayBluetooth
    DisplayName DocItems-Raw DomainRealm EAPClientConfiguration EnableGuestAccount EnableMCXLoginScripts EnabledPreferencePanes
    EnabledPreferencePanes-Raw EncryptionType EntryModDate ExceptionsList ExternalCommand FTPEnable FTPPassive FTPPort FTPProxy
    FlattenUserWorkgroups FooterFontName FooterFontSize Forced GKFeatureAccountModificationAllowed
    GKFeatureAddingGameCenterFriendsAllowed GKFeatureGameCenterAllowed GKFeatureMultiplayerGamingAllowed GUID GopherEnable GopherPort
    GopherProxy HIDDEN_NETWORK HTTPEnable HTTPPort HTTPProxy HTTPSEnable HTTPSPort HTTPSProxy Hide HideAdminUsers HideLocalUsers
    HideMobileAccounts HomePage ID IDRangeBegin IDRangeEnd IP IPaddresses IncludeNetworkUser InterfaceLevel InternetLocationPath
    KADM_List KDC_List LastSyncDate LastSyncFailedAttempt LastSyncServer LastSyncTID ListenerInterfaces ListenerPorts
    LocalUserLoginEnabled LocalUsersHaveWorkgroups Location LogOutDisabledWhileLoggedIn LoginRedirection LoginRedirection-raw
    LoginwindowText LogoutRedirection LogoutRedirection-raw MCXDockSpecialFolders MCXDockSpecialFolders-Raw Master MobileBackups Model
    MountURL MultipleSessionEnabled Name NativeAttributeMaps Often OtherRedirection OtherRedirection-raw PPDURL Parent Password Path
    PayloadCertificateFileName PayloadCertificateUUID PayloadContent PayloadDescription PayloadDisplayName PayloadEnabled
    PayloadIdentifier PayloadOrganization PayloadRemovalDisallowed PayloadScope PayloadType PayloadUUID PayloadVersion PowerOffDisabled
    PowerOffDisabledWhileLoggedIn PrimaryMaster PrintFooter PrintMACAddress PrinterLocked ProhibitBurn ProhibitConnectTo ProhibitEject
    ProhibitGoToFolder Proxies ProxyAutoConfigEnable ProxyAutoConfigURLString ProxyAutoDiscoveryEnable PullDeferred PullStatus
    RTSPEnable RTSPPort RTSPProxy Records ReplicaName ReplicaPolicy ReplicaStatus Replicas RequireAdminForAirPortNetworkChange
    RequireAdminForIBSS RequireAdminToAddPrinters RequireAdminToPrintLocally RequireAdminToTurnAirPortOnOff RestartDisabled
    RestartDisabledWhileLoggedIn RetriesUntilHint SALTED-SHA512 SALTED-SHA512-PBKDF2 SASLPluginStates SASLRealm SHOWFULLNAME
    SHOWOTHERUSERS_MANAGED SOCKSEnable SOCKSPort SOCKSProxy SRP-RFC5054-4096-SHA512-PBKDF2 SSID_STR Server ServicePrincipal Services
    Set-Once ShowExternalHardDrivesOnDesktop ShowHardDrivesOnDesktop ShowMountedServersOnDesktop ShowOnlyManagedPrinters
    ShowRemovableMediaOnDesktop ShutDownDisabled ShutDownDisabledWhileLoggedIn SkipPaths SleepDisabled Status SyncSASLPlugInList Type
    URL UserName UserPassword UserPrinterList Username Version WPA WarnOnEmptyTrash _CFURLAliasData _CFURLString _CFURLStringType
    adminClass adminNoChangePasswords adminNoClearState adminNoCreate adminNoDelete adminNoPromoteAdmins adminNoSetPolicies all-media
    allowListEnabled always arrangement askForPassword askForPasswordDelay authentication autohide autohide-immutable bd
    bundle-identifier canModifyPasswordforSelf cd closeViewFarPoint closeViewHotkeysEnabled closeViewNearPoint
    closeViewScrollWheelToggle closeViewShowPreview closeViewSmoothImages com.apple.autologout.AutoLogOutDelay contentFilterEnabled
    contents-immutable contrast dblclickbehavior dblclickbehavior-immutable default_realm delaySeconds disk-image displayas dnsName
    dock-extra domain_realm dontAllowFDEDisable dontAllowFDEEnable dvd dvdram edu.mit.kerberos effectiveDisableReason enabled entropy
    excludedItems-managed excludedPrefItems-managed expirationDateGMT familyControlsEnabled file-data file-label file-mod-date file-type
    filterAllowList filterBlacklist filterDenyList filterWhitelist flashScreen generationID gp grayscale groups hardExpireDateGMT
    harddisk-external harddisk-internal has_mcx_settings home hostname idleTime interfaceLevel isAdminUser isComputerAccount isDisabled
    isSessionKeyAgent iterations kAPOPNotRequired kAPOPRequired kAltMailStoreLoc kAttributeVersion kAutoForwardValue kIMAPLoginState
    kMailAccountLocation kMailAccountState kNotificationState kNotificationStaticIPValue kPOP3LoginState kSeparateInboxState
    kShowPOP3InboxInIMAP kUserDiskQuota kickOffTime kind label largesize lastLoginTime launchanim launchanim-immutable libdefaults
    locked logOffTime loginFailedAttempts loginWindowIdleTime loginWindowModulePath loginscripts logout-eject logoutscripts
    magnification magnify-immutable magsize-immutable maxChars maxFailedLoginAttempts maxMinutesOfNonUse maxMinutesUntilChangePassword
    maxMinutesUntilDisabled maxWaitSeconds mcx_UseLoginWindowText mcx_application_data mcx_data_timestamp mcx_defaultWebBrowser
    mcx_emailAddress mcx_input_key_names mcx_output_key_name mcx_precedence mcx_preference_settings mcx_preference_version_2
    mcx_preference_version_3 mcx_remove_duplicates mcx_typehint mcx_union_policy_keys md members minChars mineffect mineffect-immutable
    minimize-to-application minintoapp-immutable minutesUntilFailedLoginReset moduleDict moduleName modulePath mount-controls
    mouseDriver mouseDriverCursorSize mouseDriverIgnoreTrackpad mouseDriverInitialDelay mouseDriverMaxSpeed name nestedgroups
    networkdisk newPasswordRequired newPasswordRequiredForAll no-glass none notGuessablePattern often once orientation
    override-picture-path parent-mod-date parentalControl passwordCannotBeName passwordHistory passwordLastSetTime path pathBlackList
    pathWhiteList persistent-apps persistent-others policyAttributeExpiresEveryNDays policyAttributeMaximumFailedAuthentications
    policyAttributeMinimumLength policyAttributeMinimumLetters policyAttributeMinimumNumericCharacters
    policyAttributePasswordHistoryDepth policyCategoryAuthentication policyCategoryPasswordAuthentication policyCategoryPasswordChange
    policyCategoryPasswordContent policyContent policyContentDescription policyIdentifier policyParameters port position-immutable
    preferreditemsize projectedAccountDisableDate projectedPasswordExpireDate quota realms recorddisc requiresAlpha requiresMixedCase
    requiresNumeric requiresSymbol resetToGlobalDefaults restrictWeb salt servers show-process-indicators show-progress-indicators
    show-recents showInputMenu showas showindicators-immutable showrecents-immutable simultaneous_login_enabled siteAllowList
    siteWhitelist size-immutable skipLoginHook skipLogoutHook slowKey slowKeyBeepOn slowKeyDelay softquota sslPort state static-apps
    static-only static-others stereoAsMono stickyKey stickyKeyBeepOnModifier stickyKeyShowWindow syncedFolders-managed
    syncedPrefFolders-managed tile-data tile-type tilesize time-limits timeServer timeZone timestamp trackPerUser unmount-controls unset
    upk url urlMount useContentFilter users usingExpirationDate usingHardExpirationDate usingHistory validAfter value verifier version
    voiceOverOnOffKey warnOfDisableMinutes warnOfExpirationMinutes whiteList whiteOnBlack whitelist whitelistEnabled windowtabbing
    windowtabbing-immutable
    """.split()
)
"""Keys without a blank."""
KEYS: Final = frozenset({*_PLAIN, *_WITH_BLANKS})
"""Keys of Apple's property lists: MCX, password policies, configuration, mail."""
NAMING: Final = frozenset(
    """
    AdminHostInfo CatalogURL DefaultPrinter DeviceURI DisplayName FTPPort FTPProxy GUID GopherPort GopherProxy HTTPPort HTTPProxy HTTPSPort
    HTTPSProxy HomePage ID IDRangeBegin IDRangeEnd IP IPaddresses ListenerPorts Location MountURL Name Parent Password Path RTSPPort
    RTSPProxy ReplicaName SOCKSPort SOCKSProxy SSID_STR Server ServicePrincipal URL UserName UserPassword Username dnsName entropy groups
    home hostname label members name nestedgroups path policyIdentifier port salt servers sslPort upk url users value verifier
    """.split()
)
"""Keys of those below whose number is a name, an address or a secret: it does not stay."""
OIDS: Final = tuple(
    """
    0.9.2342.19200300. 1.2.840.10040. 1.2.840.10045. 1.2.840.113549. 1.2.840.113554. 1.2.840.113556.1.2. 1.2.840.113556.1.4.
    1.2.840.113635. 1.3.132. 1.3.14. 1.3.6.1.1. 1.3.6.1.4.1.63. 1.3.6.1.4.1.311. 1.3.6.1.4.1.1466. 1.3.6.1.4.1.4203. 1.3.6.1.4.1.5322.
    1.3.6.1.4.1.7165. 1.3.6.1.4.1.10126. 1.3.6.1.5. 2.16.840.1.101.3.4. 2.16.840.1.113730. 2.5.4. 2.5.6. 2.5.13. 2.5.18. 2.5.21. 2.5.29.
    """.split()
)
"""Arcs of standards, Apple, Microsoft, OpenLDAP, Samba, MIT and Netscape: any other names an enterprise."""
EVERY: Final = frozenset(
    part.lower()
    for words in (ALWAYS, SERVICES, SCHEMES, FOLDERS, CONTAINERS, AUTHORITY, VALUES, APPLE, CLASSES, ATTRIBUTES, KEYS)
    for word in words
    for part in word.replace("-", " ").replace("_", " ").replace(".", " ").split()
)
"""Every word of these; none is ever a replacement; in lower case."""
