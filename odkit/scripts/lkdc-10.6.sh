need_era() {
    need launchctl touch
}

plan_lines() {
    printf '%s\n' "sso_util remove -k -a $ADMIN -r $REALM" "remove the keys above from the keytab" "move the files above aside" \
        "security delete-certificate -Z $HASH /Library/Keychains/System.keychain" "dscl . -delete /Config/KerberosKDC" \
        "launchctl unload -w /System/Library/LaunchDaemons/com.apple.configureLocalKDC.plist" "touch /var/db/.configureLocalKDC"
}

# from 10.6 on launchd runs configureLocalKDC while /var/db/.configureLocalKDC is missing
keep_away() {
    say "6. the job that would make a new one is switched off, and its mark is set (medium confidence)"
    run launchctl unload -w "$TOP/System/Library/LaunchDaemons/com.apple.configureLocalKDC.plist"
    run touch "$TOP/var/db/.configureLocalKDC"
}
