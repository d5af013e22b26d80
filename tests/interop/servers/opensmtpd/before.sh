chgrp opensmtpq /usr/sbin/smtpctl
chmod 2555 /usr/sbin/smtpctl
cp {lab:tls}/server.chain {lab:tls}/server.key /etc/smtpd/
chmod 600 /etc/smtpd/server.*
mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd /run/opensmtpd
chmod 711 /var/spool/smtpd
set +x
echo "{lab:user} $(smtpctl encrypt {lab:password})" > /etc/smtpd/creds
