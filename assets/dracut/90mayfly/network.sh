#!/bin/sh
# Brings up the network as far as fetching an image needs it, and takes it down again, so that userland starts clean.

network_started=

links() {
    for path in /sys/class/net/*; do
        [ -e "$path/device" ] && echo "${path##*/}"
    done
}

network_up() {
    [ -z "$network_started" ] || return 0
    network_started=yes
    udevadm settle --timeout=10
    for link in $(links); do ip link set "$link" up; done
    asked_links=
    waited=0
    while [ "$waited" -lt 20 ]; do
        for link in $(links); do
            [ "$(cat "/sys/class/net/$link/carrier" 2>/dev/null)" = 1 ] || continue
            case " $asked_links " in *" $link "*) continue ;; esac
            asked_links="$asked_links $link"
            say "Asking for an address on $link ..."
            if busybox udhcpc -f -n -q -i "$link" -t 5 -T 2 -s /lib/mayfly/lease.sh >>/run/mayfly/dhcp.log 2>&1; then
                return 0
            fi
        done
        sleep 1
        waited=$((waited + 1))
    done
    # shellcheck disable=SC2046
    problem M-111 "No address from DHCP. Links: $(echo $(links)); with carrier:${asked_links:- none}." \
        "Check cable and switch port, and that a DHCP server answers there (log: /run/mayfly/dhcp.log)."
}

network_down() {
    [ -n "$network_started" ] || return 0
    for link in $(links); do
        ip address flush dev "$link"
        ip link set "$link" down
    done
    network_started=
}
