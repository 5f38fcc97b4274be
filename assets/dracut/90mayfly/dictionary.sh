#!/bin/sh
# The dictionary that zstd compresses the root's pages with: trained at build on the image's own pages. A root without it is larger and as good,
# so nothing here stops a boot.

dictionary_file=/usr/lib/mayfly/dictionary.zstd
dictionary_facts=/usr/lib/mayfly/dictionary.env

# What this initramfs carries for this image: sets image_dictionary_bytes and _level, both empty when nothing.
find_dictionary() {
    image_dictionary_bytes='' image_dictionary_level=''
    [ -f "$dictionary_facts" ] || return 0
    # What an image takes with the dictionary of another is not known, and sizing would rely on it.
    [ -z "$image_manifest" ] || [ "$(pair "$image_manifest" dictionary_sha256)" = "$(pair "$dictionary_facts" sha256)" ] || return 0
    image_dictionary_bytes=$(pair "$dictionary_facts" bytes)
    image_dictionary_level=$(pair "$dictionary_facts" level)
}

# choose_dictionary: between choose_algorithm and the disksize. Sets dictionary_bytes and dictionary_level, both empty when none is in use.
choose_dictionary() {
    dictionary_bytes='' dictionary_level=''
    find_dictionary
    [ "$(use_dictionary "$algorithm")" = yes ] || return 0
    why=$(why_no_dictionary)
    if [ -n "$why" ]; then
        note "no dictionary: $why"
        return 0
    fi
    dictionary_bytes=$image_dictionary_bytes
    dictionary_level=$image_dictionary_level
}

# Tells the kernel, and answers why it goes without; the kernel reads the file while the line is written.
why_no_dictionary() {
    if [ "$algorithm" != zstd ]; then
        echo "$algorithm is in use, and the dictionary is for zstd"
    elif [ -z "$image_dictionary_bytes" ]; then
        echo "this initramfs has none for this image"
    elif [ ! -e "/sys/block/$device/algorithm_params" ]; then
        echo "this kernel takes none"
    elif [ "$(sha256sum <"$dictionary_file" 2>/dev/null | cut -d ' ' -f 1)" != "$(pair "$dictionary_facts" sha256)" ]; then
        echo "$dictionary_file is damaged"
    elif ! set_parameters "$algorithm" "level=$image_dictionary_level dict=$dictionary_file"; then
        echo "the kernel refused it"
    fi
}

set_parameters() { # ALGORITHM PARAMETERS
    echo "algo=$1 $2" 2>/dev/null >"/sys/block/$device/algorithm_params"
}

# After a disksize that was refused with the dictionary: the device as it was, without.
drop_dictionary() {
    note "no dictionary: the kernel made no device with it"
    dictionary_bytes='' dictionary_level=''
    reset_device
    choose_algorithm "$algorithm"
}
