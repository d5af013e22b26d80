data=/var/lib/inetsim
mkdir -p $data/certs /var/log/inetsim/report /var/log/inetsim/debug
cp -r /usr/share/inetsim/data/* $data/
cp {lab:tls}/server.key $data/certs/lab.key
cp {lab:tls}/server.crt $data/certs/lab.crt
chown -R inetsim: /var/log/inetsim $data
chmod -R a+rwX /var/log/inetsim
