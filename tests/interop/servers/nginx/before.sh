mkdir -p /var/log/nginx /var/lib/nginx
