#!/bin/sh
# Makes what a secured installation needs, once: a certificate authority, the NATS server's certificate for the names given,
# and a password for each role.   deploy/make-secrets.sh DIRECTORY HOST...
# The directory is closed to others (0700), its files are readable (0644): containers read them as another user.
set -eu
[ $# -ge 2 ] || { echo "usage: make-secrets.sh DIRECTORY HOST..." >&2; exit 2; }
directory=$1
shift
[ ! -e "$directory" ] || { echo "$directory exists already: nothing was changed" >&2; exit 2; }
names=
for host in "$@"; do
  case $host in
    *[!A-Za-z0-9.:-]*) echo "\"$host\" is not a host name or an address" >&2; exit 2 ;;
    *:* | *[!0-9.]*) case $host in *:*) kind=IP ;; *) kind=DNS ;; esac ;;
    *) kind=IP ;;
  esac
  names=$names${names:+,}$kind:$host
done
umask 077
mkdir -p "$directory"
cd "$directory"
umask 022
key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
openssl req -x509 $key -days 3650 -subj "/CN=sweep authority" -keyout ca-key.pem -out ca.pem 2>/dev/null
openssl req $key -subj "/CN=$1" -addext "subjectAltName=$names" -keyout nats-key.pem -out nats.csr 2>/dev/null
openssl x509 -req -in nats.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 825 -copy_extensions copy \
  -out nats-cert.pem 2>/dev/null
rm nats.csr ca.srl
chmod 600 ca-key.pem
chmod 644 nats-key.pem
for role in coordinator worker viewer; do
  # Begins with a letter: nats-server would read a password of digits as a number.
  password=p$(openssl rand -hex 24)
  echo "$password" > "$role-password"
  echo "SWEEP_$(echo $role | tr a-z A-Z)_PASSWORD=$password" >> nats.env
done
echo "made in $directory: keep ca-key.pem somewhere safe and offline"
