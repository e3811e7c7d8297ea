need_era() {
    need launchctl
}

plan_lines() {
    printf '%s\n' "sso_util remove -k -a $ADMIN -r $REALM" "remove the keys above from the keytab" "move the files above aside" \
        "security delete-certificate -Z $HASH /Library/Keychains/System.keychain" "dscl . -delete /Config/KerberosKDC" \
        "launchctl unload -w /System/Library/LaunchDaemons/com.apple.configureLocalKDC.plist"
}

# 10.5 runs configureLocalKDC at start-up and makes a new Local KDC when its record is missing
keep_away() {
    say "6. the job that would make a new one at the next start is switched off (medium confidence)"
    run launchctl unload -w "$TOP/System/Library/LaunchDaemons/com.apple.configureLocalKDC.plist"
}
