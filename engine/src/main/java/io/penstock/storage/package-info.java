/**
 * Bytes on storage, without a notion of rows: the {@link io.penstock.storage.FileSystem} seam and, below it, one package for
 * each store.
 */
package io.penstock.storage;
