package io.penstock.format.arrow;

import java.io.IOException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** What a record batch consists of, counted from 0 in the order of the format. */
interface BodyParts {
    /** The number of values of a vector. */
    long nodeLength(int node);

    long nullCount(int node);

    /** How many data buffers a vector of views has. */
    long variadicCount(int view);

    /** A buffer, of its exact length; the caller releases it. */
    ArrowBuf buffer(int buffer, BufferAllocator allocator) throws IOException;
}
