touch -d yesterday /etc/postfix/*   # Postfix waits for a new main.cf to age: somebody may be editing it
cp -n /usr/share/postfix/postfix-files /usr/share/postfix/dynamicmaps.cf /etc/postfix/ 2>/dev/null || true
saslpasswd2 -p -c -f /etc/sasldb2 -u {lab:domain} alice <<END
{lab:password}
END
chmod 644 /etc/sasldb2
postmap hash:/etc/postfix/users hash:/etc/postfix/rcpt_access
postalias /etc/aliases
mkdir -p /var/spool/postfix /var/lib/postfix /var/labmail
chown postfix: /var/lib/postfix /var/labmail
chgrp postdrop /usr/sbin/postqueue /usr/sbin/postdrop
chmod 2555 /usr/sbin/postqueue /usr/sbin/postdrop
postfix set-permissions 2>/dev/null || true   # complains about manual pages that are not there
