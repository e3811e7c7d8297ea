# A keytab with the tools of 10.7 and later: those of keytab-heimdal.sh, and a release to be checked.
#
# needs: check_ktutil check_release check_root need
# overrides: member need_keytab

need_keytab() {
    need id ktutil sw_vers
}

member() {
    check_release
    check_root
    check_ktutil
}
