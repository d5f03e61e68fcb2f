package io.penstock.format.json;

import io.penstock.buffer.Memory;
import io.penstock.format.VectorMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out which member of an object a key names. Objects mostly have their members in the order of the object before, which is
 * guessed first and compared a word at a time.
 */
final class MemberNames {
    /** Keys with their colons up to this length are compared at once. */
    private static final int SHORT = 16;

    private final JsonSource source;
    private final String column;
    private final List<String> names;
    private final String what;
    private final Map<String, Integer> byName = new HashMap<>();
    private final long[][] words;
    private final long[] lastMask;
    private final int[] lengths;

    /** By member: two words of its key and colon, each with the mask of the bits that count. */
    private final long[] heads;

    private final VectorMemory scratch;
    private final QuotedText text;

    /** By member: the one that came after it last; at the end, the one that came first. */
    private final int[] follower;

    /** By member: the object in which it was seen last. */
    private final long[] seen;

    private long object;
    private int previous;
    private int count;

    /** The member that the last key named. */
    int member;

    /** @param what the members are, for messages: {@code column} */
    MemberNames(JsonSource source, String column, List<String> names, String what, VectorMemory scratch) {
        this.source = source;
        this.column = column;
        this.names = names;
        this.what = what;
        this.scratch = scratch;
        text = new QuotedText(source, column);
        int members = names.size();
        words = new long[members][];
        lastMask = new long[members];
        lengths = new int[members];
        heads = new long[4 * members];
        follower = new int[members + 1];
        seen = new long[members];
        for (int i = 0; i < members; i++) {
            byName.put(names.get(i), i);
            byte[] quoted = Key.quote(names.get(i)).getBytes(StandardCharsets.UTF_8);
            lengths[i] = quoted.length;
            words[i] = new long[(quoted.length + 7) / 8];
            for (int k = 0; k < quoted.length; k++) {
                words[i][k >>> 3] |= (quoted[k] & 0xffL) << ((k & 7) << 3);
            }
            lastMask[i] = -1L >>> (8 * words[i].length - quoted.length) * 8;
            putHead(i, quoted);
            follower[i] = i + 1 == members ? 0 : i + 1;
        }
    }

    private void putHead(int i, byte[] quoted) {
        if (quoted.length >= SHORT) {
            // No key begins so.
            heads[4 * i] = 0;
            heads[4 * i + 1] = 0xff;
            return;
        }
        for (int k = 0; k <= quoted.length; k++) {
            long octet = k < quoted.length ? quoted[k] & 0xff : ':';
            heads[4 * i + 2 * (k >>> 3)] |= octet << 8 * (k & 7);
            heads[4 * i + 2 * (k >>> 3) + 1] |= 0xffL << 8 * (k & 7);
        }
    }

    /** Begins an object. */
    void begin() {
        object++;
        previous = names.size();
        count = 0;
    }

    /** Reads the key at {@code at}, with the lookahead ensured, into {@link #member}; returns where its colon ends. */
    long read(long at) throws IOException {
        int guess = follower[previous];
        boolean withColon = guess < lengths.length && isShort(at, guess);
        long end;
        if (withColon) {
            member = guess;
            end = at + lengths[guess] + 1;
        } else if (guess < lengths.length && matches(at, guess)) {
            member = guess;
            end = at + lengths[guess];
        } else {
            end = search(at);
            follower[previous] = member;
        }
        if (seen[member] == object) {
            throw source.broken(column, source.offset(at), what + " '" + names.get(member) + "' comes twice");
        }
        seen[member] = object;
        previous = member;
        count++;
        return withColon ? end : readColon(end);
    }

    /** Whether the key of a member and its colon come next, and are short: an eighth of {@code scripts/bench json-read}, layout records. */
    private boolean isShort(long at, int i) {
        long[] words = heads;
        int head = 4 * i;
        return ((Memory.getLong(at) ^ words[head]) & words[head + 1]
                        | (Memory.getLong(at + 8) ^ words[head + 2]) & words[head + 3])
                == 0;
    }

    private long readColon(long from) throws IOException {
        long at = source.skipSpace(from);
        if (Memory.getByte(at) != ':') {
            throw source.expected("':'", at, column);
        }
        return at + 1;
    }

    private boolean matches(long at, int i) {
        long[] name = words[i];
        int last = name.length - 1;
        if (8L * name.length > JsonSource.LOOKAHEAD) {
            return false;
        }
        for (int k = 0; k < last; k++) {
            if (Memory.getLong(at + 8L * k) != name[k]) {
                return false;
            }
        }
        return ((Memory.getLong(at + 8L * last) ^ name[last]) & lastMask[i]) == 0;
    }

    private long search(long at) throws IOException {
        for (int i = 0; i < words.length; i++) {
            if (matches(at, i)) {
                member = i;
                return at + lengths[i];
            }
        }
        long offset = source.offset(at);
        long end = text.read(at, scratch, 0, "the name of a " + what);
        byte[] bytes = new byte[Math.toIntExact(text.end)];
        Memory.copy(scratch.address(), bytes, 0, bytes.length);
        String name = new String(bytes, StandardCharsets.UTF_8);
        Integer found = byName.get(name);
        if (found == null) {
            String shown = name.length() <= 64 ? name : name.substring(0, 64) + "...";
            throw source.broken(column, offset, "unknown " + what + " '" + shown + "'");
        }
        member = found;
        return end;
    }

    /** Whether every member was named. */
    boolean isComplete() {
        return count == lengths.length;
    }

    boolean isMissing(int i) {
        return seen[i] != object;
    }
}
