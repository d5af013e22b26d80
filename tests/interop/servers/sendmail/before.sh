saslpasswd2 -p -c -f /etc/sasldb2 -u {lab:domain} alice <<END
{lab:password}
END
chmod 640 /etc/sasldb2   # Sendmail trusts no database that everybody may read
mkdir -p /etc/mail/sasl /usr/lib/sasl2
cp /etc/sasl2/Sendmail.conf /etc/mail/sasl/
cp /etc/sasl2/Sendmail.conf /usr/lib/sasl2/
mkdir -p /etc/mail/tls /run/sendmail /var/lib/sendmail/host_status
cp {lab:tls}/ca.pem {lab:tls}/server.crt {lab:tls}/server.key /etc/mail/tls/
chmod 600 /etc/mail/tls/server.key
chmod 755 /etc/mail /etc/mail/tls
chgrp smmsp /usr/libexec/sendmail/sendmail
chmod 2755 /usr/libexec/sendmail/sendmail
touch /etc/mail/local-host-names /etc/mail/trusted-users
cd /etc/mail
for daemon in open restricted; do
    m4 $daemon.mc > $daemon.cf
    mkdir -p -m 700 /var/spool/mqueue-$daemon
    touch /var/lib/sendmail/$daemon.st
done
/usr/libexec/sendmail/makemap -C open.cf hash access < access
/usr/libexec/sendmail/sendmail -C /etc/mail/open.cf -bi -OAliasFile=/etc/mail/aliases
