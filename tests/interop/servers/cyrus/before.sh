# alice@{lab:domain} is alice at the server's own name to lmtpd, so she is in both realms.
for realm in {lab:domain} {lab:host}; do
    saslpasswd2 -p -c -f /etc/sasldb2 -u $realm alice <<END
{lab:password}
END
done
chmod 644 /etc/sasldb2
mkdir -p /run/cyrus/proc /run/cyrus/socket /run/cyrus/lock /var/spool/cyrus/mail /var/lib/cyrus
chown -R cyrus:mail /run/cyrus /var/spool/cyrus /var/lib/cyrus
setpriv --reuid=cyrus --regid=mail --clear-groups /usr/lib/cyrus/bin/makedirs || true   # /etc/sieve is not its own
rm -rf /var/lib/cyrus/proc
ln -sfn /run/cyrus/proc /var/lib/cyrus/proc
