package io.penstock.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The same bytes, as long as they are UTF-8: a reader would only say that somewhere in its buffer something is not. */
final class Utf8Stream extends FilterInputStream {
    private final String name;
    private long line = 1;

    /** How many bytes of the current character are to come, and where the next of them has to lie. */
    private int missing;

    private int least;
    private int most;

    Utf8Stream(String name, InputStream in) {
        super(in);
        this.name = name;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        if (count < 0 && missing > 0) {
            throw refusal();
        }
        for (int i = offset; i < offset + count; i++) {
            byte b = bytes[i];
            if (b >= 0 && missing == 0) {
                line += b == '\n' ? 1 : 0;
            } else {
                take(b & 0xff);
            }
        }
        return count;
    }

    /** Table 3-7 of the Unicode standard: which bytes may follow which. */
    private void take(int b) {
        if (missing > 0) {
            if (b < least || b > most) {
                throw refusal();
            }
            missing--;
            least = 0x80;
            most = 0xbf;
            return;
        }
        least = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
        most = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
        missing = b >= 0xc2 && b <= 0xdf ? 1 : b >= 0xe0 && b <= 0xef ? 2 : b >= 0xf0 && b <= 0xf4 ? 3 : 0;
        if (missing == 0) {
            throw refusal();
        }
    }

    private IllegalArgumentException refusal() {
        return new IllegalArgumentException(name + " line " + line + " is not UTF-8: convert the text to UTF-8");
    }
}
