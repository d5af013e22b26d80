certificates=/etc/chasquid/certs/{lab:host}
mkdir -p $certificates /var/lib/chasquid
cp {lab:tls}/server.chain $certificates/fullchain.pem
cp {lab:tls}/server.key $certificates/privkey.pem
rm -f /etc/chasquid/hooks/post-data   # it would look for spam and viruses
set +x
for user in {lab:user} bob@{lab:domain}; do
    chasquid-util --configdir=/etc/chasquid user-add $user --password={lab:password}
done
chown -R chasquid: /var/lib/chasquid /etc/chasquid
