#!/bin/sh
# Reads what the kernel command line and the config partition's boot.env ask for, and the image's manifest. Nothing read is ever executed.

# Every value of a kernel parameter, one a line, in order.
kernel_values() {
    # shellcheck disable=SC2013
    for word in $(cat "${CMDLINE_FILE:-/proc/cmdline}"); do
        case $word in "$1="*) echo "${word#*=}" ;; esac
    done
}

kernel_value() { kernel_values "$1" | tail -n 1; }

kernel_flag() {
    # shellcheck disable=SC2013
    for word in $(cat "${CMDLINE_FILE:-/proc/cmdline}"); do
        [ "$word" = "$1" ] && return 0
    done
    return 1
}

is_number() { case $1 in '' | *[!0-9]*) return 1 ;; esac; [ "${#1}" -le 15 ]; }

is_sha256() { case $1 in *[!0-9a-f]*) return 1 ;; esac; [ "${#1}" -eq 64 ]; }

# iec_bytes 2GiB → 2147483648; `max` stays; fails on everything else.
iec_bytes() {
    case $1 in
        max) echo max; return 0 ;;
        *KiB) factor=1024 number=${1%KiB} ;;
        *MiB) factor=1048576 number=${1%MiB} ;;
        *GiB) factor=1073741824 number=${1%GiB} ;;
        *TiB) factor=1099511627776 number=${1%TiB} ;;
        *B) factor=1 number=${1%B} ;;
        *) factor=1 number=$1 ;;
    esac
    is_number "$number" || return 1
    # A leading zero would make the shell read it as octal.
    while [ "${number#0}" != "$number" ] && [ "${#number}" -gt 1 ]; do number=${number#0}; done
    echo $((number * factor))
}

# read_pairs FILE: prints the KEY=VALUE lines that are safe to handle; quotes around a value are taken off.
read_pairs() {
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%"$(printf '\r')"}
        case $line in '' | '#'*) continue ;; [A-Za-z]*=*) ;; *) continue ;; esac
        key=${line%%=*} value=${line#*=}
        value=${value#\"} value=${value%\"}
        case $key in *[!A-Za-z0-9_]*) continue ;; esac
        case $value in *[!A-Za-z0-9_.,:+~/-]*) continue ;; esac
        printf '%s=%s\n' "$key" "$value"
    done <"$1"
}

pair() { # FILE KEY: the last value
    read_pairs "$1" | while IFS='=' read -r key value; do [ "$key" = "$2" ] && echo "$value"; done | tail -n 1
}

# The manifest beside the image: sets image_* ; a missing key leaves its variable empty. Sum and size are those of the file that $root_kind needs.
read_manifest() {
    image_version=$(pair "$1" version)
    [ "$(pair "$1" format)" = 1 ] ||
        problem M-108 "The image's manifest $2 is not of format 1." "Build the image again, or copy root.manifest beside it as it was built." || return 1
    image_sha256=$(pair "$1" sha256)
    image_compressed=$(pair "$1" compressed_bytes)
    image_stream=$(pair "$1" uncompressed_bytes)
    image_content=$(pair "$1" content_bytes)
    image_inodes=$(pair "$1" inodes)
    image_uuid=$(pair "$1" uuid)
    image_manifest=$1
    if [ "$root_kind" = overlay ]; then
        image_sha256=$(pair "$1" squashfs_sha256)
        image_compressed=$(pair "$1" squashfs_bytes)
        [ -n "$image_sha256" ] ||
            problem M-131 "The image's manifest $2 names no squashfs: it was built without one." "Build the image without --no-fallback, or leave out mayfly.root=overlay." || return 1
    fi
    for value in "$image_compressed" "$image_stream" "$image_content" "$image_inodes"; do
        is_number "$value" ||
            problem M-108 "The image's manifest $2 lacks a number, or has one that is none." "Build the image again, or copy root.manifest beside it as it was built." || return 1
    done
}

# Bytes that this algorithm takes for the image as measured at build; 0 when nobody measured.
measured_bytes() {
    [ -n "$image_manifest" ] || { echo 0; return; }
    measured=$(pair "$image_manifest" "zram_$(echo "$1" | tr - _)")
    if is_number "$measured"; then echo "$measured"; else echo 0; fi
}

# use_dictionary ALGORITHM: yes or no; what was asked for, else what measurement at build says.
use_dictionary() {
    if [ -n "$dictionary_wanted" ]; then
        echo "$dictionary_wanted"
    elif [ "$(measured_bytes "$1-dict")" -gt 0 ] && [ "$(measured_bytes "$1-dict")" -lt "$(measured_bytes "$1")" ]; then
        echo yes
    else
        echo no
    fi
}

# The config partition may carry next boot's values; the command line is stronger. Sets zram_size_text and its kin.
read_wishes() {
    root_wanted=$(kernel_value mayfly.root)
    zram_size_text=$(kernel_value mayfly.zram.size)
    algorithm_wanted=$(kernel_value mayfly.zram.algorithm)
    dictionary_wanted=$(kernel_value mayfly.zram.dictionary)
    zram_limit_text=$(kernel_value mayfly.zram.limit)
    reserve_text=$(kernel_value mayfly.reserve)
    config_devices=$(blkid -c /dev/null -t LABEL=MAYFLY -o device)
    config_count=0
    for config_device in $config_devices; do
        config_mount=/run/mayfly/config-$config_count
        mount_read_only "$config_device" "$config_mount" || continue
        if [ -e "$config_mount/.mayfly-config" ]; then
            config_count=$((config_count + 1))
            [ -f "$config_mount/boot.env" ] && cat "$config_mount/boot.env" >/run/mayfly/boot.env
        fi
        umount "$config_mount"
    done
    if [ "$config_count" -gt 1 ]; then
        note "two config partitions, boot.env of neither used"
        rm -f /run/mayfly/boot.env
    fi
    if [ -f /run/mayfly/boot.env ]; then
        [ -n "$root_wanted" ] || root_wanted=$(pair /run/mayfly/boot.env ROOT)
        [ -n "$zram_size_text" ] || zram_size_text=$(pair /run/mayfly/boot.env ZRAM_SIZE)
        [ -n "$algorithm_wanted" ] || algorithm_wanted=$(pair /run/mayfly/boot.env ZRAM_ALGORITHM)
        [ -n "$dictionary_wanted" ] || dictionary_wanted=$(pair /run/mayfly/boot.env ZRAM_DICTIONARY)
        [ -n "$zram_limit_text" ] || zram_limit_text=$(pair /run/mayfly/boot.env ZRAM_LIMIT)
        [ -n "$reserve_text" ] || reserve_text=$(pair /run/mayfly/boot.env RESERVE)
    fi
    for wish in "mayfly.zram.size ${zram_size_text:-0}" "mayfly.zram.limit ${zram_limit_text:-0}" "mayfly.reserve ${reserve_text:-0}"; do
        iec_bytes "${wish#* }" >/dev/null ||
            problem M-109 "${wish%% *}=${wish#* } is not a size." "Write it like 2GiB, 768MiB or max." || return 1
    done
    case $root_wanted in
        '' | zram | overlay) ;;
        *) problem M-109 "mayfly.root=$root_wanted is neither zram nor overlay." "Write zram or overlay, or leave it out." || return 1 ;;
    esac
    case $algorithm_wanted in
        *[!a-z0-9-]*) problem M-109 "mayfly.zram.algorithm=$algorithm_wanted is not a name." "Write it like zstd or lz4." || return 1 ;;
    esac
    case $dictionary_wanted in
        '' | yes | no) ;;
        *) problem M-109 "mayfly.zram.dictionary=$dictionary_wanted is neither yes nor no." "Write yes or no, or leave it out." || return 1 ;;
    esac
    zram_size=$(iec_bytes "${zram_size_text:-0}")
    zram_limit=$(iec_bytes "${zram_limit_text:-0}")
    reserve=$(iec_bytes "${reserve_text:-0}")
    [ "$reserve" != max ] || reserve=0
}
