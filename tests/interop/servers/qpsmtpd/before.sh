cp {lab:tls}/server.crt {lab:tls}/server.key {lab:tls}/ca.pem /etc/qpsmtpd/
mkdir -p /var/log/qpsmtpd /var/spool/qpsmtpd/Maildir /var/spool/qpsmtpd/tmp /run/qpsmtpd
chown -R qpsmtpd: /var/log/qpsmtpd /var/spool/qpsmtpd /run/qpsmtpd
chmod 700 /var/spool/qpsmtpd
