package io.penstock.bench;

import io.penstock.RowAppender;
import java.io.IOException;

/** A row of lineitem as a program has it that knows its types: money is in hundredths, dates are days since 1970. */
record DecimalLineItemRow(
        long orderKey,
        long partKey,
        long supplierKey,
        int lineNumber,
        long quantity,
        long extendedPrice,
        long discount,
        long tax,
        String returnFlag,
        String status,
        int shipDate,
        int commitDate,
        int receiptDate,
        String shipInstructions,
        String shipMode,
        String comment) {

    void put(RowAppender row) throws IOException {
        row.setLong(0, orderKey)
                .setLong(1, partKey)
                .setLong(2, supplierKey)
                .setInt(3, lineNumber)
                .setDecimal(4, quantity)
                .setDecimal(5, extendedPrice)
                .setDecimal(6, discount)
                .setDecimal(7, tax)
                .setString(8, returnFlag)
                .setString(9, status)
                .setInt(10, shipDate)
                .setInt(11, commitDate)
                .setInt(12, receiptDate)
                .setString(13, shipInstructions)
                .setString(14, shipMode)
                .setString(15, comment)
                .endRow();
    }
}
