mkdir -p /var/haraka/queue
ln -s {lab:npm} /var/haraka/node_modules
# Without these defaults of its own the first connection ends the whole server.
cp {lab:npm}/Haraka/config/connection.ini /var/haraka/config/
