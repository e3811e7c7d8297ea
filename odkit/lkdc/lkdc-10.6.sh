need_era() {
    need launchctl touch
}

# from 10.6 on launchd runs configureLocalKDC while /var/db/.configureLocalKDC is missing
keep_away() {
    say "6. the job that would make a new one is switched off, and its mark is set (medium confidence)"
    run launchctl unload -w "$TOP/System/Library/LaunchDaemons/com.apple.configureLocalKDC.plist"
    run touch "$TOP/var/db/.configureLocalKDC"
}
