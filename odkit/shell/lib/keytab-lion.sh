# 10.7 and later: Heimdal's tools, and a release to be checked

need_keytab() {
    need id ktutil sw_vers
}

member() {
    check_release
    check_root
    check_ktutil
}
