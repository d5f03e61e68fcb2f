package io.penstock.bench;

import io.trino.tpch.GenerateUtils;
import io.trino.tpch.LineItem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;

/**
 * What a reader has to make of a file: for each column the sum of its values, money in hundredths and dates as days, and for a text
 * its length and its last byte, so that all values have been at hand and none can be left out. Cheap, and the same for everybody.
 */
final class ColumnSums {
    private static final int COLUMNS = DecimalLineItems.SCHEMA.getFields().size();

    final long[] sums = new long[COLUMNS];

    static int text(int length, byte last) {
        return 31 * length + last;
    }

    /** Those of the rows that all files hold. */
    static ColumnSums expected() {
        ColumnSums expected = new ColumnSums();
        Iterator<LineItem> items = DecimalLineItems.items();
        for (int i = 0; i < DecimalLineItems.LIMIT; i++) {
            expected.add(items.next());
        }
        return expected;
    }

    private void add(LineItem item) {
        sums[0] += item.getOrderKey();
        sums[1] += item.getPartKey();
        sums[2] += item.getSupplierKey();
        sums[3] += item.getLineNumber();
        sums[4] += 100 * item.getQuantity();
        sums[5] += item.getExtendedPriceInCents();
        sums[6] += item.getDiscountPercent();
        sums[7] += item.getTaxPercent();
        sums[8] += text(item.getReturnFlag());
        sums[9] += text(item.getStatus());
        sums[10] += GenerateUtils.toEpochDate(item.getShipDate());
        sums[11] += GenerateUtils.toEpochDate(item.getCommitDate());
        sums[12] += GenerateUtils.toEpochDate(item.getReceiptDate());
        sums[13] += text(item.getShipInstructions());
        sums[14] += text(item.getShipMode());
        sums[15] += text(item.getComment());
    }

    private static int text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return text(utf8.length, utf8[utf8.length - 1]);
    }

    /**
     * @throws IllegalStateException naming the columns that differ
     */
    void requireSame(String contender, ColumnSums actual) {
        if (!Arrays.equals(sums, actual.sums)) {
            throw new IllegalStateException(contender + ": the sums of the columns should be " + Arrays.toString(sums)
                    + " and are " + Arrays.toString(actual.sums));
        }
    }
}
