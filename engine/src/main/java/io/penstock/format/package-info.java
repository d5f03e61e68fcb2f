/**
 * Batches to bytes and back, memory to memory: the {@link io.penstock.format.Format} seam and, below it, one package for each format.
 * Nothing here knows where the bytes lie.
 */
package io.penstock.format;
