saslpasswd2 -p -c -f /etc/sasldb2 -u {lab:domain} alice <<END
{lab:password}
END
chmod 644 /etc/sasldb2
sasldblistusers2 -f /etc/sasldb2
mkdir -p /var/spool/exim4 /var/spool/exim4r /var/spool/exim4d /var/log/exim4 /run/exim4
chown Debian-exim: /var/spool/exim4* /var/log/exim4 /run/exim4
exim4 -C /etc/exim4/lab.conf -bV
