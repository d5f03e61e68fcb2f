package io.penstock.format.parquet;

import java.util.zip.CRC32;

/** The CRC-32 of a page's body as it is stored, in as many parts as the body has. One thread at a time. */
final class PageChecksum {
    private final CRC32 checksum = new CRC32();

    PageChecksum add(long address, long length) {
        checksum.update(Codec.view(address, length));
        return this;
    }

    /** The checksum of what was added, as page headers have it; begins the next. */
    int finish() {
        int value = (int) checksum.getValue();
        checksum.reset();
        return value;
    }
}
