divert(-1)
# What both daemons share. Included by open.mc and restricted.mc, which say the rest.
divert(0)dnl
define(`_USE_ETC_MAIL_')dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
VERSIONID(`lab')
OSTYPE(`debian')dnl
FEATURE(`no_default_msa')dnl
define(`confDOMAIN_NAME', `{lab:host}')dnl
define(`confCACERT', `/etc/mail/tls/ca.pem')dnl
define(`confCACERT_PATH', `/etc/mail/tls')dnl
define(`confSERVER_CERT', `/etc/mail/tls/server.crt')dnl
define(`confSERVER_KEY', `/etc/mail/tls/server.key')dnl
define(`confDH_PARAMETERS', `i')dnl
define(`confTLS_SRV_OPTIONS', `V')dnl
define(`confAUTH_MECHANISMS', `PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256')dnl
TRUST_AUTH_MECH(`PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256')dnl
define(`confAUTH_REALM', `{lab:domain}')dnl
define(`confMAX_DAEMON_CHILDREN', `0')dnl
define(`confCONNECTION_RATE_THROTTLE', `0')dnl
define(`confDELIVERY_MODE', `queueonly')dnl
define(`confMAX_MESSAGE_SIZE', `10240000')dnl
define(`confTO_IDENT', `0')dnl
define(`confREJECT_MSG', `550 5.7.1 Access denied')dnl
define(`LOCAL_MAILER_PATH', `/bin/true')dnl
define(`confLOG_LEVEL', `9')dnl
FEATURE(`access_db', `hash -T<TMPF> /etc/mail/access')dnl
FEATURE(`blocklist_recipients')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`accept_unqualified_senders')dnl
