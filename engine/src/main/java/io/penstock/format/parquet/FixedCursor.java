package io.penstock.format.parquet;

import io.penstock.buffer.Memory;

/** Reads the values of data pages of a fixed width, in their physical form and close together, from wherever a page begins. */
abstract class FixedCursor {
    /** Turns to the values of a page, which has {@code most} at most. */
    abstract void begin(long address, long end, int most);

    abstract void read(int count, long target);

    abstract void skip(int count);

    static final class Plain extends FixedCursor {
        private final int width;
        private long at;
        private long end;

        Plain(int width) {
            this.width = width;
        }

        @Override
        void begin(long address, long dataEnd, int most) {
            at = address;
            end = dataEnd;
        }

        @Override
        void read(int count, long target) {
            long from = at;
            skip(count);
            Memory.copy(from, target, (long) width * count);
        }

        @Override
        void skip(int count) {
            if ((long) width * count > end - at) {
                throw new MalformedPageException(
                        "values of " + width + " bytes end " + (count - (end - at) / width) + " too early");
            }
            at += (long) width * count;
        }
    }

    static final class Delta extends FixedCursor {
        private final DeltaBinaryDecoder decoder = new DeltaBinaryDecoder();
        private final boolean longs;

        Delta(int width) {
            longs = width == Long.BYTES;
        }

        @Override
        void begin(long address, long end, int most) {
            decoder.begin(address, end);
        }

        @Override
        void read(int count, long target) {
            if (longs) {
                decoder.readLongs(count, target);
            } else {
                decoder.readInts(count, target);
            }
        }

        @Override
        void skip(int count) {
            decoder.skip(count);
        }
    }

    /** BYTE_STREAM_SPLIT, whose number of values is that of its bytes. */
    static final class Split extends FixedCursor {
        private final int width;
        private long streams;
        private int total;
        private int at;

        Split(int width) {
            this.width = width;
        }

        @Override
        void begin(long address, long end, int most) {
            if ((end - address) % width != 0) {
                throw new MalformedPageException("streams of " + (end - address) + " bytes for values of " + width);
            }
            streams = address;
            total = (int) ((end - address) / width);
            at = 0;
        }

        @Override
        void read(int count, long target) {
            int from = at;
            skip(count);
            ByteStreamSplit.decode(streams, total, from, count, width, target);
        }

        @Override
        void skip(int count) {
            if (count > total - at) {
                throw new MalformedPageException(
                        "values of " + width + " bytes in streams end " + (count - (total - at)) + " too early");
            }
            at += count;
        }
    }

    /** Bits, lowest first, as a byte each. */
    static final class PlainBits extends FixedCursor {
        private long address;
        private long bits;
        private long at;

        @Override
        void begin(long from, long end, int most) {
            address = from;
            bits = (end - from) * Byte.SIZE;
            at = 0;
        }

        @Override
        void read(int count, long target) {
            long from = at;
            skip(count);
            for (int i = 0; i < count; i++) {
                Memory.putByte(target + i, (byte) (Memory.getBit(address, from + i) ? 1 : 0));
            }
        }

        @Override
        void skip(int count) {
            if (count > bits - at) {
                throw new MalformedPageException("booleans end " + (count - (bits - at)) + " too early");
            }
            at += count;
        }
    }

    /** Booleans in runs, as a byte each. */
    static final class BooleanRuns extends FixedCursor {
        private final HybridDecoder runs = new HybridDecoder();

        @Override
        void begin(long address, long end, int most) {
            if (end - address < Integer.BYTES) {
                runs.begin(address, address, 1);
                return;
            }
            long length = Integer.toUnsignedLong(Memory.getInt(address));
            if (length > end - address - Integer.BYTES) {
                throw new MalformedPageException(
                        "runs of " + length + " bytes where the page has " + (end - address - Integer.BYTES) + " left");
            }
            runs.begin(address + Integer.BYTES, address + Integer.BYTES + length, 1);
        }

        @Override
        void read(int count, long target) {
            runs.readBytes(count, target);
        }

        @Override
        void skip(int count) {
            runs.skip(count);
        }
    }
}
