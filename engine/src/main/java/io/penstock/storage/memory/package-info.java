/** The store in memory: committed bytes stay in the pooled buffers they were written in. */
package io.penstock.storage.memory;
