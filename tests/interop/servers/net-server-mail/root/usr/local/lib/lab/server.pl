# server.pl ESMTP|LMTP PORT: a server made of Net::Server::Mail, a process for each session.
use strict;
use warnings;
use IO::Socket::INET;
use Net::Server::Mail::ESMTP;
use Net::Server::Mail::LMTP;

my ($protocol, $port) = @ARGV;

sub recipient {
    my ($session, $address) = @_;
    return (0, 554, "$address: Relay access denied") if $address !~ /\@{lab:domain}>?$/i;
    return (0, 550, "$address: no such user") if $address !~ /^<?(alice|bob)\@/i;
    return 1;
}

sub message {
    my ($session) = @_;
    return (0, 554, 'Error: no valid recipients') unless $session->get_recipients;
    return (1, 250, 'message queued');
}

sub talk {
    my ($client) = @_;
    my $session = "Net::Server::Mail::$protocol"->new(
        socket       => $client,
        idle_timeout => 120,
        ssl_config   => {
            SSL_cert_file => '{lab:tls}/server.chain',
            SSL_key_file  => '{lab:tls}/server.key',
        },
    );
    if ($protocol eq 'ESMTP') {
        $session->register("Net::Server::Mail::ESMTP::$_")
            for qw(8BITMIME PIPELINING XFORWARD STARTTLS);
    }
    $session->set_callback(RCPT => \&recipient);
    $session->set_callback(
        DATA => $protocol eq 'LMTP' ? sub { (1, 250, "$_[2]: delivered") } : \&message);
    $session->process;
}

$SIG{CHLD} = 'IGNORE';
my $listener = IO::Socket::INET->new(
    Listen => 50, LocalAddr => '127.0.0.1', LocalPort => $port, ReuseAddr => 1) or die $!;
while (1) {
    my $client = $listener->accept or next;
    if (defined(my $pid = fork)) {
        next if $pid;
        talk($client);
        exit;
    }
}
