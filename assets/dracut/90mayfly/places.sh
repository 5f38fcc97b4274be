#!/bin/sh
# Finds an image where a kernel parameter says it is, and opens it as a stream of bytes.

mount_read_only() { # DEVICE DIRECTORY
    mkdir -p "$2"
    # A read-only mount still replays a journal, and a disk that is not ours is not to be written.
    case $(blkid -c /dev/null -o value -s TYPE "$1") in
        ext3 | ext4) mount -o ro,noload "$1" "$2" 2>/run/mayfly/mount.err ;;
        xfs) mount -o ro,norecovery "$1" "$2" 2>/run/mayfly/mount.err ;;
        *) mount -o ro "$1" "$2" 2>/run/mayfly/mount.err ;;
    esac
}

# wait_for_tag LABEL=NAME: sets place_device once exactly one device carries it; waits, since disks and USB appear late.
wait_for_tag() {
    deadline=$(kernel_value mayfly.wait)
    is_number "$deadline" || deadline=30
    waited=0
    while :; do
        udevadm settle --timeout=10
        found=$(blkid -c /dev/null -t "$1" -o device)
        [ -z "$found" ] || break
        if [ "$waited" -ge "$deadline" ]; then
            # shellcheck disable=SC2046
            seen=$(echo $(blkid -c /dev/null -o value -s LABEL; blkid -c /dev/null -o value -s PARTLABEL))
            problem M-103 "No disk with $1 appeared within $deadline s. Labels seen: ${seen:-none}." \
                "Attach the medium with the image, or correct mayfly.image= on the kernel command line."
            return 1
        fi
        [ "$waited" -gt 0 ] || say "Waiting up to $deadline s for $1 ..."
        sleep 1
        waited=$((waited + 1))
    done
    # shellcheck disable=SC2086
    set -- "$1" $found
    [ "$#" -eq 2 ] ||
        problem M-104 "More than one device carries $1:${found:+ }$(echo "$found" | tr '\n' ' ')." \
            "Take one of them away, or give one another label." || return 1
    place_device=$2
}

# The file beside root.ext4.zst that the kind of root is made from.
file_of_root() {
    if [ "$root_kind" = overlay ]; then echo "${1%.ext4.zst}.squashfs"; else echo "$1"; fi
}

open_file() { # LABEL=NAME /path
    wait_for_tag "$1" || return 1
    mount_read_only "$place_device" /run/mayfly/image ||
        problem M-105 "$place_device ($1) cannot be mounted: $(tail -n 1 /run/mayfly/mount.err)." \
            "Check that filesystem, or write the medium again." || return 1
    wanted_file=$(file_of_root "$2")
    source_file=/run/mayfly/image$wanted_file
    [ -f "$source_file" ] ||
        problem M-106 "$place_device ($1) holds no file $wanted_file." "Correct the path in mayfly.image=, or copy the image there." || return 1
    source_bytes=$(stat -c %s "$source_file")
    sidecar=/run/mayfly/image${2%.ext4.zst}.manifest
    if [ -f "$sidecar" ]; then
        cat "$sidecar" >/run/mayfly/root.manifest
        read_manifest /run/mayfly/root.manifest "${2%.ext4.zst}.manifest" || return 1
    fi
    source_command=read_file
}

open_raw() { # PARTLABEL=NAME
    wait_for_tag "$1" || return 1
    source_file=$place_device
    source_bytes=$(kernel_value mayfly.bytes)
    is_number "$source_bytes" ||
        problem M-107 "A raw device does not say how long the image on it is." \
            "Add mayfly.bytes=N (size of the file on it) and mayfly.sha256=HEX to the kernel command line." || return 1
    source_command=read_device
}

open_url() { # http://…
    network_up || return 1
    source_url=$(file_of_root "$1")
    source_bytes=
    if fetch "${1%.ext4.zst}.manifest" >/run/mayfly/root.manifest 2>/run/mayfly/fetch.err; then
        read_manifest /run/mayfly/root.manifest "${1%.ext4.zst}.manifest" || return 1
    elif [ -z "$(told_sha256)" ]; then
        problem M-112 "${1%.ext4.zst}.manifest cannot be downloaded: $(tail -n 1 /run/mayfly/fetch.err)." \
            "Check that server, or add mayfly.sha256=HEX to the kernel command line."
        return 1
    fi
    source_command=read_url
}

fetch() { curl --fail --silent --show-error --location --connect-timeout 15 --speed-limit 1000 --speed-time 30 "$@"; }

read_file() { cat "$source_file"; }
read_device() { head -c "$source_bytes" "$source_file"; }
read_url() { fetch "$source_url"; }

# The size that a zstd stream announces in its header (RFC 8878, 3.1.1.1), for images without a manifest.
announced_bytes() {
    # shellcheck disable=SC2046
    set -- $("$source_command" 2>/dev/null | head -c 18 | od -An -v -t u1)
    [ "$#" -ge 9 ] && [ "$1.$2.$3.$4" = 40.181.47.253 ] || return 1
    descriptor=$5
    shift 5
    [ $(((descriptor >> 5) & 1)) -eq 1 ] || shift
    case $((descriptor & 3)) in 1) shift ;; 2) shift 2 ;; 3) shift 4 ;; esac
    case $((descriptor >> 6)) in
        1) echo $(($1 + $2 * 256 + 256)) ;;
        2) echo $(($1 + ($2 << 8) + ($3 << 16) + ($4 << 24))) ;;
        3) echo $(($1 + ($2 << 8) + ($3 << 16) + ($4 << 24) + ($5 << 32) + ($6 << 40))) ;;
        *) return 1 ;;
    esac
}

# Whose value is the sum of the file. With mayfly.sha256= nobody else is trusted, so that the squashfs beside the image needs a sum of its own.
sum_parameter() {
    case $root_kind/$place in
        zram/* | */PARTLABEL=*) echo mayfly.sha256 ;;
        *) echo mayfly.squashfs.sha256 ;;
    esac
}

told_sha256() { kernel_value "$(sum_parameter)"; }

# open_place PLACE: the image's numbers are known afterwards, and $source_command writes it, or its squashfs where $root_kind is overlay, to standard output.
open_place() {
    place=$1
    image_version='' image_sha256='' image_compressed='' image_stream='' image_content='' image_inodes='' image_uuid='' image_manifest=''
    say "Image: $place"
    case $place in
        LABEL=?*:/?*) tag=${place%%:/*}; open_file "$tag" "${place#"$tag":}" ;;
        PARTLABEL=?*) open_raw "$place" ;;
        http://?* | https://?*) open_url "$place" ;;
        *)
            problem M-102 "mayfly.image=$place is not understood." \
                "Write LABEL=NAME:/root.ext4.zst, PARTLABEL=NAME, or http://server/root.ext4.zst."
            ;;
    esac || return 1
    told=$(told_sha256)
    [ "$root_kind" = zram ] || [ -n "$told" ] || [ -z "$(kernel_value mayfly.sha256)" ] || image_sha256=''
    if [ -n "$told" ]; then
        is_sha256 "$told" || problem M-109 "$(sum_parameter)= is not 64 digits of 0-9a-f." "Copy it from the image's manifest." || return 1
        # The manifest's numbers are another image's when its sum is another; the one that was asked for has to win.
        if [ -n "$image_sha256" ] && [ "$image_sha256" != "$told" ]; then
            note "manifest beside the image is of another image, not used"
            image_stream='' image_content='' image_inodes='' image_uuid='' image_manifest='' image_compressed=''
        fi
        image_sha256=$told
    fi
    is_sha256 "$image_sha256" ||
        problem M-107 "No sha256 is known for $(file_of_root "$place"), and an image that cannot be checked is not booted." \
            "Put root.manifest beside it, or add $(sum_parameter)=HEX to the kernel command line." || return 1
    if [ -n "$image_compressed" ] && [ -n "$source_bytes" ] && [ "$source_command" = read_file ] && [ "$source_bytes" -ne "$image_compressed" ]; then
        problem M-122 "The image is not whole: $source_bytes of $image_compressed bytes." "Copy or download it again and check it with: mayfly image verify DIR"
        return 1
    fi
}

# What a zram root is filled with, in bytes.
size_stream() {
    if [ -z "$image_stream" ]; then
        image_stream=$(announced_bytes) ||
            problem M-124 "The image is not a zstd stream that says its size." "Point mayfly.image= at root.ext4.zst as it was built." || return 1
        image_content=$image_stream
    fi
}

close_place() {
    mountpoint -q /run/mayfly/image && umount /run/mayfly/image
    network_down
}
