/* Reads every record and value of an LDIF file through libldap: ldif_read_record, ldif_getline, ldif_parse_line2. */
#include <stdio.h>
#include <ldap.h>
#include <ldif.h>

int main(int argc, char **argv)
{
    unsigned long line = 0, entries = 0, values = 0;
    char *buffer = NULL;
    int size = 0;
    LDIFFP *file = argc == 2 ? ldif_open(argv[1], "r") : NULL;

    if (file == NULL)
        return 2;
    while (ldif_read_record(file, &line, &buffer, &size) > 0) {
        char *rest = buffer, *each;
        entries++;
        while ((each = ldif_getline(&rest)) != NULL) {
            struct berval name, value;
            int allocated = 0;
            if (*each == '\0' || *each == '\n' || ldif_parse_line2(each, &name, &value, &allocated) != 0)
                continue;
            values++;
            if (allocated)
                ber_memfree(value.bv_val);
        }
    }
    ldif_close(file);
    printf("%lu entries, %lu values\n", entries, values);
    return 0;
}
