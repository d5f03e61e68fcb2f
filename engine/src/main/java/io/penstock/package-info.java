/**
 * The face of Penstock: open a store, prepare a table, write batches or rows into it, read them back.
 *
 * <pre>{@code
 * try (Penstock penstock = Penstock.open("file:///var/data")) {
 *     penstock.prepareTableEnvironment("sales", "orders", TableSpec.of(schema).format(TableFormat.ARROW));
 *     try (TableWriter writer = penstock.openTableForWrite("sales", "orders")) {
 *         writer.append(batch);
 *         CommitReceipt receipt = writer.commit();
 *     }
 * }
 * }</pre>
 */
package io.penstock;
