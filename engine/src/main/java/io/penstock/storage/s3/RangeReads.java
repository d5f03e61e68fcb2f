package io.penstock.storage.s3;

import io.penstock.buffer.Input.Range;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Reads ranges of an object, several at a time, straight to where they belong: neighbours in one request, long ones in several. When it
 * returns or throws, nothing arrives any more.
 */
final class RangeReads {
    /** Bytes that nobody wants are read, up to so many, where that saves a request: they take a remote store about as long. */
    private static final int MOST_GAP_BYTES = 256 << 10;

    /** So few are worth no request, whatever they lie between. */
    private static final int FREE_GAP_BYTES = 16 << 10;

    private final PinnedObject object;
    private final S3Options options;
    private final List<Request> requests = new ArrayList<>();

    /** A part of a range: it lies in one request. */
    private record Slice(long from, long to, ByteBuffer target) {
        /** Takes what belongs to it of bytes of the object that begin at {@code at}. */
        void take(long at, ByteBuffer bytes) {
            long begin = Math.max(from, at);
            long end = Math.min(to, at + bytes.remaining());
            if (begin < end) {
                ByteBuffer part = bytes.slice(bytes.position() + (int) (begin - at), (int) (end - begin));
                target.duplicate().position((int) (begin - from)).put(part);
            }
        }
    }

    private static final class Request {
        final List<Slice> slices = new ArrayList<>();
        final long from;
        long to;
        long wanted;
        RangeGet get;

        Request(Slice first) {
            from = first.from();
            to = from;
            add(first);
        }

        void add(Slice slice) {
            slices.add(slice);
            wanted += Math.max(0, slice.to() - Math.max(to, slice.from()));
            to = Math.max(to, slice.to());
        }

        void take(long offset, ByteBuffer bytes) {
            for (Slice slice : slices) {
                slice.take(from + offset, bytes);
            }
        }
    }

    private RangeReads(PinnedObject object, S3Options options) {
        this.object = object;
        this.options = options;
    }

    /** Fills the targets, which lie within the object; their positions do not change. */
    static void read(PinnedObject object, S3Options options, List<Range> ranges) throws IOException {
        RangeReads reads = new RangeReads(object, options);
        ranges.stream()
                .flatMap(range -> slices(range, options.readBytes()).stream())
                .sorted(Comparator.comparingLong(Slice::from))
                .forEach(reads::plan);
        reads.send();
    }

    private static List<Slice> slices(Range range, int most) {
        ByteBuffer target = range.target();
        List<Slice> slices = new ArrayList<>();
        int count = (int) ((target.remaining() + (most - 1L)) / most);
        for (long i = 0; i < count; i++) {
            // All about equally long, so that the last comes with the others.
            int begin = (int) (i * target.remaining() / count);
            int end = (int) ((i + 1) * target.remaining() / count);
            slices.add(new Slice(
                    range.offset() + begin,
                    range.offset() + end,
                    target.slice(target.position() + begin, end - begin)));
        }
        return slices;
    }

    private void plan(Slice slice) {
        Request last = requests.isEmpty() ? null : requests.get(requests.size() - 1);
        if (last != null && isOneRequest(last, slice)) {
            last.add(slice);
        } else {
            requests.add(new Request(slice));
        }
    }

    private boolean isOneRequest(Request request, Slice slice) {
        long gap = slice.from() - request.to;
        long wanted = Math.min(request.wanted, slice.to() - slice.from());
        return gap <= Math.min(MOST_GAP_BYTES, Math.max(FREE_GAP_BYTES, wanted))
                && slice.to() - request.from <= options.readBytes();
    }

    private void send() throws IOException {
        ArrayDeque<Request> onTheirWay = new ArrayDeque<>();
        try {
            for (Request request : requests) {
                if (onTheirWay.size() == options.readsInFlight()) {
                    await(onTheirWay.peekFirst());
                    onTheirWay.removeFirst();
                }
                request.get = object.get(request.from, request.to, request::take);
                onTheirWay.addLast(request);
            }
            while (!onTheirWay.isEmpty()) {
                await(onTheirWay.peekFirst());
                onTheirWay.removeFirst();
            }
        } finally {
            onTheirWay.forEach(request -> request.get.abandon());
            onTheirWay.forEach(request -> request.get.cancel());
        }
    }

    private void await(Request request) throws IOException {
        object.await(request.get, request.from, request.to);
    }
}
