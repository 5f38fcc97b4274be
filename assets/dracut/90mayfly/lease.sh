#!/bin/sh
# Called by udhcpc: puts a lease on the link. Variables: interface ip mask router dns.
# shellcheck disable=SC2154
case $1 in
    bound | renew)
        ip address flush dev "$interface"
        ip address add "$ip/${mask:-24}" dev "$interface"
        for gateway in $router; do
            ip route replace default via "$gateway" dev "$interface"
            break
        done
        : >/etc/resolv.conf
        for server in $dns; do echo "nameserver $server" >>/etc/resolv.conf; done
        ;;
esac
