#!/bin/sh
# Makes the keys, tokens and certificates of docker-compose.yml, each into the volume of the one service that needs it,
# below /keys. What was made stays as it is.
set -eu
umask 077
cd /keys
if [ -e kubernetes/made ]; then exit; fi

password() { openssl rand -hex 24; }
sha256() { printf %s "$1" | openssl dgst -sha256 -r | cut -d' ' -f1; }
certify() { # FOLDER NAMES: a key and a certificate that vouches for itself
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=zonecast' \
    -addext "subjectAltName=$2" -keyout "$1/key.pem" -out "$1/cert.pem" 2>/dev/null
}
kubeconfig() { # FOLDER TOKEN
  cp kubernetes/cert.pem "$1/kubernetes.pem"
  printf %s "$2" >"$1/token"
  cat >"$1/kubeconfig" <<EOF
apiVersion: v1
kind: Config
clusters: [{ name: demo, cluster: { server: 'https://kubernetes:6443', certificate-authority: kubernetes.pem } }]
users: [{ name: demo, user: { tokenFile: token } }]
contexts: [{ name: demo, context: { cluster: demo, user: demo } }]
current-context: demo
EOF
}

# The API server knows two tokens: that of an administrator, and that of the account in infra/kubernetes/rbac.yaml, which
# has the rights of the ClusterRole there and no others.
admin=$(password)
account=$(password)
cat >kubernetes/tokens.csv <<EOF
$admin,admin,admin,system:masters
$account,system:serviceaccount:zonecast:zonecast,zonecast,"system:serviceaccounts,system:serviceaccounts:zonecast"
EOF
openssl genrsa -out kubernetes/accounts.pem 2048 2>/dev/null
certify kubernetes DNS:kubernetes
kubeconfig kubectl "$admin"
kubeconfig sync "$account"

# Redis knows a publisher and a reader, by the hashes of their passwords. The rights are those of docs/feed.md.
password >sync/redis-password
password >responder/redis-password
cat >redis/users.acl <<EOF
user default off
user sync on #$(sha256 "$(cat sync/redis-password)") resetkeys ~zonecast:{*}:* ~{zonecast}:* -@all +@hash +@list +@set +@sortedset +@stream +@string -@dangerous +del +unlink +exists +persist +pexpire +pttl +rename +type +time +eval +evalsha +info +select +client|setname
user responder on #$(sha256 "$(cat responder/redis-password)") resetkeys %R~zonecast:{*}:* -@all +hmget +hgetall +xread +get +select +client|setname
EOF

certify front DNS:localhost,DNS:front,IP:127.0.0.1,IP:::1
openssl rand -base64 32 >front/console-key

touch kubernetes/made
