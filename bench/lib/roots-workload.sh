#!/bin/sh
# Runs on a node: what its root takes in memory, how fast it reads and writes, and what becomes of it when it is full. One `NAME VALUE` a line.
# All of it on the files of /usr, which are the same whatever the root is. Times are milliseconds, sizes bytes.
export LC_ALL=C
now() { read -r up _ </proc/uptime; echo "${up%.*}${up#*.}0"; }
# What is neither free nor a cache that can be dropped.
memory() {
    sync
    sleep 2
    echo 3 >/proc/sys/vm/drop_caches
    sleep 1
    echo 3 >/proc/sys/vm/drop_caches
    total=0
    while read -r key value _; do
        case $key in
            MemTotal:) total=$value ;;
            MemFree:) echo "$1 $(((total - value) * 1024))" ;;
        esac
    done </proc/meminfo
}

# Of every four files the FIRST to the LAST, until they come to that share of the tree: the same ones on every root.
choose() { # PERCENT FIRST LAST NAME
    part=$((tree * $1 / 100)) sum=0 line=0
    while read -r size file; do
        line=$((line + 1))
        if [ $((line % 4)) -lt "$2" ] || [ $((line % 4)) -gt "$3" ] || [ $((sum + size)) -gt "$part" ]; then continue; fi
        # One file that is a quarter of the tree would be all of it.
        [ "$size" -lt 20000000 ] || continue
        sum=$((sum + size))
        echo "$file"
    done </run/bench/files
    echo "$4 $sum" >&2
}

case $1 in
    figures)
        systemctl stop chrony 2>/dev/null
        mkdir -p /run/bench /var/bench
        find /usr -xdev -type f -printf '%s %p\n' | sort -k 2 >/run/bench/files
        tree=0
        while read -r size _; do tree=$((tree + size)); done </run/bench/files
        cut -d ' ' -f 2- /run/bench/files >/run/bench/names
        choose 25 0 2 written_bytes >/run/bench/to-write 2>/run/bench/sums
        choose 10 3 3 rewritten_bytes >/run/bench/to-rewrite 2>>/run/bench/sums
        echo "tree_bytes $tree"
        cat /run/bench/sums
        memory memory_boot

        for _ in 1 2; do
            sync
            echo 3 >/proc/sys/vm/drop_caches
            sleep 1
            begun=$(now)
            xargs cat </run/bench/names >/dev/null
            echo "cold_read $(($(now) - begun))"
        done

        xargs cp --parents -t /var/bench </run/bench/to-write
        while read -r file; do cp -p "$file" "$file.new" && mv "$file.new" "$file"; done </run/bench/to-rewrite
        memory memory_written
        rm -r /var/bench
        memory memory_deleted
        # What a daily trim gives back beside; other roots have nothing to trim.
        fstrim / 2>/dev/null
        memory memory_trimmed

        mkdir /var/bench
        xargs cat </run/bench/to-write | head -c 67108864 >/dev/shm/sample
        for _ in 1 2 3; do
            begun=$(now)
            dd if=/dev/shm/sample of=/var/bench/sample bs=1M conv=fsync 2>/dev/null
            echo "write $(($(now) - begun))"
            rm /var/bench/sample
            sync
        done
        rm /dev/shm/sample
        ;;
    fill)
        dd if=/dev/urandom of=/var/bench/fill bs=1M 2>&1 | sed -n 's/^dd: .*: //p' | tr ' ' '_' | sed 's/^/fill_said /'
        sync -f / && echo 'fill_sync 0' || echo 'fill_sync 1'
        echo "fill_bytes $(stat -c %s /var/bench/fill)"
        # Read from the root, not from memory.
        echo 3 >/proc/sys/vm/drop_caches
        perl -e 'print "fill_answers 1\n"'
        if read -r _ failed _ </sys/block/zram0/io_stat; then echo "fill_failed_writes $failed"; fi
        for errors in /sys/fs/ext4/*/errors_count; do
            if read -r count <"$errors"; then echo "fill_ext4_errors $count"; fi
        done
        echo "fill_killed $(dmesg | grep -c 'Out of memory: Killed')"
        rm -f /var/bench/fill
        ;;
esac
