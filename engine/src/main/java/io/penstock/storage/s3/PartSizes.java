package io.penstock.storage.s3;

import java.util.List;

/**
 * How large the parts of an upload are, by their number: as large as was asked for, and growing with the number so that the parts a
 * server takes suffice for the largest object, of 5 TiB.
 */
final class PartSizes {
    /** The most that S3 takes ("Amazon S3 multipart upload limits" in its user guide). */
    static final int MAX_PARTS = 10_000;

    /** Late and steep: the first 15 GiB of an object, with the smallest parts, are written without any memory beyond the usual. */
    private static final List<Step> GROWTH =
            List.of(new Step(3_000, 64L << 20), new Step(5_000, 320L << 20), new Step(7_000, 1536L << 20));

    private final long partBytes;
    private final List<Step> growth;
    private final int maxParts;

    /**
     * @param afterPart the last number to which this does not apply
     * @param atLeastBytes of the parts that follow
     */
    record Step(int afterPart, long atLeastBytes) {}

    /** @param growth by ascending numbers and sizes */
    PartSizes(long partBytes, List<Step> growth, int maxParts) {
        this.partBytes = partBytes;
        this.growth = List.copyOf(growth);
        this.maxParts = maxParts;
    }

    static PartSizes of(int partBytes) {
        return new PartSizes(partBytes, GROWTH, MAX_PARTS);
    }

    int maxParts() {
        return maxParts;
    }

    /** The size of the part with that number, the first being 1. */
    long bytes(int number) {
        long bytes = partBytes;
        for (Step step : growth) {
            if (number > step.afterPart) {
                bytes = Math.max(bytes, step.atLeastBytes);
            }
        }
        return bytes;
    }
}
