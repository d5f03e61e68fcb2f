package io.penstock.log;

import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a table is; the {@code metaData} action of its log.
 *
 * @param id a UUID
 * @param provider the name of the format
 * @param options of the format
 * @param schema Arrow's, with a dictionary-encoded field as in an IPC message
 * @param configuration the table's own settings, by property name
 * @param createdMillis since the epoch
 */
public record TableMetadata(
        String id,
        String provider,
        Map<String, String> options,
        Schema schema,
        Map<String, String> configuration,
        long createdMillis) {
    public TableMetadata {
        options = Map.copyOf(options);
        configuration = Map.copyOf(configuration);
    }
}
