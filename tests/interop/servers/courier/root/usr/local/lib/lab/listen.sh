# listen.sh VARIANT PORT: what Courier's start script does, but in the foreground.
set -a
. /etc/courier/lab/common
. "/etc/courier/lab/$1"
exec /usr/sbin/couriertcpd -stderrlogger=/usr/sbin/courierlogger -noidentlookup -nodnslookup \
    -user=courier -group=courier -address=127.0.0.1 -access=/etc/courier/smtpaccess.dat \
    -maxprocs=200 -maxperc=200 -maxperip=200 "$2" $PROGRAM
