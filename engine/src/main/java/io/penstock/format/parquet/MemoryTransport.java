package io.penstock.format.parquet;

import shaded.parquet.org.apache.thrift.TConfiguration;
import shaded.parquet.org.apache.thrift.transport.TTransport;

/** What Thrift asks of every transport and memory has nothing to say to: it is open, and its limits are those of who made it. */
abstract class MemoryTransport extends TTransport {
    @Override
    public final TConfiguration getConfiguration() {
        return TConfiguration.DEFAULT;
    }

    @Override
    public final void updateKnownMessageSize(long size) {}

    @Override
    public final boolean isOpen() {
        return true;
    }

    @Override
    public final void open() {}

    @Override
    public final void close() {}
}
