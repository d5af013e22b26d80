mkdir -p /var/vmail /run/dovecot /var/lib/dovecot
chown vmail: /var/vmail
