/**
 * Direct memory: where it comes from, who owns it and how much of it there may be.
 *
 * <p>This is the only floor with unsafe tricks. Everything above works on addresses that a {@link
 * io.penstock.buffer.PooledBuffer} or an Arrow vector vouches for.
 */
package io.penstock.buffer;
