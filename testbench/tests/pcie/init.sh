#!/bin/busybox sh
# The guest's only process of its own: reads commands from the port `channel`, one a line, and answers each with a line
# `EXIT-CODE BYTES-OF-OUTPUT BYTES-OF-ERRORS` and those bytes. When the harness goes, the guest goes.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /tmp
cd /tmp
until port=$(grep -lx channel /sys/class/virtio-ports/*/name); do sleep 0.05; done
port=${port%/name}
exec 3<> "/dev/${port##*/}"
while IFS= read -r command <&3; do
    sh -c "$command" > /.out 2> /.err < /dev/null
    echo "$? $(wc -c < /.out) $(wc -c < /.err)" >&3
    cat /.out /.err >&3
done
poweroff -f
