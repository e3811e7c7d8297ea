need_era() {
    need launchctl
}

# 10.5 runs configureLocalKDC at start-up and makes a new Local KDC when its record is missing
keep_away() {
    say "6. the job that would make a new one at the next start is switched off (medium confidence)"
    run launchctl unload -w "$TOP/System/Library/LaunchDaemons/com.apple.configureLocalKDC.plist"
}
