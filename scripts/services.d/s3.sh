# S3 by Ceph's object gateway from Debian 13: a cluster of one monitor, one storage daemon and the gateway, in a
# chroot. Objects live in the storage daemon's memory, so every start is an empty, fresh cluster.

readonly S3_FOLDER=$HOME_FOLDER/ceph
readonly S3_ROOT=$S3_FOLDER/root
readonly S3_STATE=$S3_ROOT/srv
readonly S3_RECIPE='trixie: radosgw ceph-mon ceph-osd; 1'
readonly CLUSTER_ID=5c1d7a0e-0000-4000-8000-000000000001
readonly MONITOR="[v2:127.0.0.1:$((S3_PORT + 1)),v1:127.0.0.1:$((S3_PORT + 2))]"

s3_install() {
  installed "$S3_FOLDER" "$S3_RECIPE" && return
  unpack_packages "$S3_FOLDER" trixie radosgw ceph-mon ceph-osd
  complete_chroot
  mark_installed "$S3_FOLDER" "$S3_RECIPE"
}

s3_up() {
  is_running s3-monitor && is_running s3-storage && is_running s3-gateway && return
  s3_down
  rm -rf "$S3_STATE" && mkdir -p "$S3_STATE"/{mon,osd,rgw,log,run}
  write_cluster_configuration
  start_monitor
  start_storage
  start_gateway
}

s3_down() {
  # From the top down; nothing is lost by KILL, as a start forgets everything anyway.
  local part
  for part in s3-gateway s3-storage s3-monitor; do stop_process "$part" KILL; done
}
s3_wipe() { rm -rf "$S3_STATE"; }
s3_processes() { echo s3-monitor s3-storage s3-gateway; }

# What the packages' maintainer scripts and a running system would have provided.
complete_chroot() {
  local folder device
  for folder in bin sbin lib lib64; do [[ -e $S3_ROOT/$folder ]] || ln -s "usr/$folder" "$S3_ROOT/$folder"; done
  mkdir -p "$S3_ROOT"/{dev,proc,tmp,run,srv,etc}
  cp /etc/{passwd,group,hosts,nsswitch.conf} "$S3_ROOT/etc/"
  for device in 'null 3' 'zero 5' 'random 8' 'urandom 9'; do
    [[ -e $S3_ROOT/dev/${device% *} ]] || mknod -m 666 "$S3_ROOT/dev/${device% *}" c 1 "${device#* }"
  done
}

readonly IN_CHROOT=(env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin CEPH_CONF=/srv/ceph.conf LC_ALL=C.UTF-8 chroot "$S3_ROOT")

start_monitor() {
  "${IN_CHROOT[@]}" monmaptool --create --addv a "$MONITOR" --fsid "$CLUSTER_ID" /srv/monmap >/dev/null
  "${IN_CHROOT[@]}" ceph-mon --mkfs -i a --monmap /srv/monmap
  start_process s3-monitor "$S3_STATE/log/monitor" "${IN_CHROOT[@]}" ceph-mon -i a -f
}

start_storage() {
  local id
  id=$(</proc/sys/kernel/random/uuid)
  timeout 30 "${IN_CHROOT[@]}" ceph osd new "$id" >/dev/null || explain_failure "$S3_STATE/log/monitor" "Ceph's monitor does not answer"
  "${IN_CHROOT[@]}" ceph-osd -i 0 --mkfs --osd-uuid "$id" >"$S3_STATE/log/mkfs" 2>&1
  start_process s3-storage "$S3_STATE/log/storage" "${IN_CHROOT[@]}" ceph-osd -i 0 -f
  wait_for_answer s3-storage storage_is_up || explain_failure "$S3_STATE/log/storage" "Ceph's storage daemon does not start"
}
storage_is_up() { timeout 10 "${IN_CHROOT[@]}" ceph osd stat 2>/dev/null | grep -q '1 up'; }

start_gateway() {
  timeout 60 "${IN_CHROOT[@]}" radosgw-admin user create --uid aquifer --display-name aquifer \
    --access-key "$AQUIFER_TEST_S3_ACCESS_KEY_ID" --secret-key "$AQUIFER_TEST_S3_SECRET_ACCESS_KEY" \
    >"$S3_STATE/log/user" 2>&1 || explain_failure "$S3_STATE/log/user" 'the S3 user could not be created'
  start_process s3-gateway "$S3_STATE/log/gateway" "${IN_CHROOT[@]}" radosgw -n client.admin -f
  wait_for_answer s3-gateway http_answers "$S3_PORT" / || explain_failure "$S3_STATE/log/gateway" 'the S3 gateway does not start'
}

# No authentication between the parts, one copy of everything, and no waiting where a real cluster would gather.
write_cluster_configuration() {
  cat >"$S3_STATE/ceph.conf" <<CONF
[global]
fsid = $CLUSTER_ID
mon host = $MONITOR
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms client mode = crc
log file = /srv/log/\$name.log
admin socket = /srv/run/\$name.asok
run dir = /srv/run
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
osd crush chooseleaf type = 0
osd objectstore = memstore
memstore device bytes = $((S3_DISK_GIB << 30))
paxos propose interval = 0.05
paxos min wait = 0.01
mon data avail crit = 1
rgw dns name = localhost
rgw crypt require ssl = false
rgw frontends = beast endpoint=127.0.0.1:$S3_PORT
rgw data = /srv/rgw
[mon.a]
mon data = /srv/mon
[osd.0]
osd data = /srv/osd
CONF
}
