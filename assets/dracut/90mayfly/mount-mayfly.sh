#!/bin/sh
# Runs the boot module once, in a shell of its own so that nothing of it leaks into dracut's; it returns only with a mounted root.
if ! ismounted "$NEWROOT"; then
    /bin/sh /lib/mayfly/boot.sh "$NEWROOT"
fi
