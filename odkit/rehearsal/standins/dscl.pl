# dscl as a program: it hands its words to the service, which has everything loaded, and does what the service says.
#
# A script calls dscl for every record, so that this has to start fast: Perl does in a fifth of the time that Python takes, as long as no
# module is loaded, be it `strict` or `Socket`.

# the files that say where the service is, and what machine it plays; `install` puts them in
my ($service, $machine) = (SERVICE, MACHINE);

sub gone {
    print STDERR "dscl: the service of the stand-ins does not answer: $_[0]\n";
    exit 70;    # sysexits(3) EX_SOFTWARE
}

sub all_out {
    my ($to, $data) = @_;
    my $at = 0;
    while ($at < length $data) {
        my $written = syswrite $to, $data, length($data) - $at, $at;
        return 0 if !defined $written;
        $at += $written;
    }
    return 1;
}

sub say_to {
    my ($line, $data) = @_;
    all_out($line, pack('N', length $data) . $data) or gone($!);
}

sub hear {
    my ($line, $size) = @_;
    my $data = '';
    while (length $data < $size) {
        my $more = sysread $line, $data, $size - length $data, length $data;
        gone($!) if !defined $more;
        gone('it has closed the connection') if $more == 0;
    }
    return $data;
}

# the password, typed at the terminal and not shown there, as dscl's getpass(3) asks for it
sub typed {
    my ($prompt) = @_;
    open my $terminal, '+<', '/dev/tty' or do { print STDERR "dscl: no terminal to ask for a password: $!\n"; exit 1 };
    my $stty = sub {
        open my $kept, '<&', \*STDIN;
        open STDIN, '<&', $terminal;
        system 'stty', @_;
        open STDIN, '<&', $kept;
    };
    local $SIG{INT} = local $SIG{TERM} = sub { $stty->('echo'); exit 130 };
    $stty->('-echo');
    all_out($terminal, $prompt);
    my $word = <$terminal>;
    $stty->('echo');
    all_out($terminal, "\n");
    $word = '' if !defined $word;
    chomp $word;
    return $word;
}

sub standard_input {
    my $data = '';
    while (sysread STDIN, $data, 65536, length $data) { }
    return $data;
}

open my $place, '<', $service or gone($!);
my ($port, $token) = split ' ', <$place>;
# the address as the kernel takes it; BSD has its length in front
my $address = $^O eq 'linux' ? pack('S n C4 x8', 2, $port, 127, 0, 0, 1) : pack('C C n C4 x8', 16, 2, $port, 127, 0, 0, 1);
socket my $line, 2, 1, 0 or gone($!);    # AF_INET, SOCK_STREAM
connect $line, $address or gone($!);
say_to($line, join "\0", $token, $machine, @ARGV);
while (1) {
    my $kind = hear($line, 1);
    my $data = hear($line, unpack 'N', hear($line, 4));
    exit $data if $kind eq 'x';
    if ($kind eq 'p') { say_to($line, typed($data)) }
    elsif ($kind eq 'i') { say_to($line, standard_input()) }
    else { all_out($kind eq 'e' ? \*STDERR : \*STDOUT, $data) or exit 1 }
}
