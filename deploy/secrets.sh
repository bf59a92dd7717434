#!/bin/sh
# Makes the secrets of docker-compose.yml, each a file in deploy/secrets/. What is there stays: run it again at any time.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
# nobody else may enter the folder; the files themselves are read by the containers' users
chmod 700 secrets
cd secrets
umask 022

random() { openssl rand -hex 32; }
keep() { [ -s "$1" ] || printf '%s' "$2" >"$1"; }

keep bot_secret "$(random)"
keep postgres_password "$(random)"
keep redis_password "$(random)"
# the addresses hold the passwords; made anew, so that they follow a changed password
printf 'postgresql://campus:%s@postgres:5432/campus' "$(cat postgres_password)" >database_url
printf 'redis://:%s@redis:6379/0' "$(cat redis_password)" >redis_url

# WeChat (docs/wechat.md): empty means off. The key of pseudonyms is made once: another one makes every student a new one
keep wechat_id_key "$(random)"
for name in wechat_token wechat_previous_token wechat_aes_key wechat_previous_aes_key wechat_secret; do
    [ -e "$name" ] || : >"$name"
done

if [ ! -s tls_certificate.pem ] || [ ! -s tls_key.pem ]; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
        -keyout tls_key.pem -out tls_certificate.pem 2>/dev/null
    chmod 644 tls_key.pem
    echo "made a self-signed certificate for 90 days, for trying only; put the school's own in its place"
fi
echo "deploy/secrets/ is complete; keep a copy of it where the backups are"
