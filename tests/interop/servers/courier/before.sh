cp {lab:tls}/server.pem /etc/courier/server.pem
chmod 600 /etc/courier/server.pem
ln -sf /usr/bin/makedat.courier /usr/bin/makedat
ln -sf /usr/bin/lockmail.courier /usr/bin/lockmail
state=/var/lib/courier
mkdir -p /run/courier/authdaemon $state/tmp/broken $state/msgs $state/msgq $state/track \
    $state/allfilters $state/filters
chown -R courier: /run/courier $state /etc/courier /usr/lib/courier/courier/submitmkdir
chmod 750 /run/courier/authdaemon
chmod 770 $state/tmp $state/msgs $state/msgq
chmod 4755 /usr/lib/courier/courier/submitmkdir /usr/bin/couriertls

# Recipients are local users without a domain; logins have one.
set +x
users=/etc/courier/userdb
touch $users
chmod 700 $users
for name in {lab:user} alice bob postmaster; do
    userdb -f $users $name set home=/var/labhome/bob mail=/var/labhome/bob/Maildir uid=4002 gid=4002
done
for hash in md5 sha1 sha256; do
    secret=$(echo '{lab:password}' | userdbpw -hmac-$hash)
    userdb -f $users {lab:user} set hmac-${hash}pw=$secret
done
userdb -f $users {lab:user} set systempw="$(echo '{lab:password}' | userdbpw -md5)"
set -x
makeuserdb
makesmtpaccess
makealiases
makeacceptmailfor
makehosteddomains
authdaemond start
