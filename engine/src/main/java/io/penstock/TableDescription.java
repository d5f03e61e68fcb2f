package io.penstock;

import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a table is and holds, at one version.
 *
 * @param name the table's name
 * @param id the id that it was given when it was made
 * @param schema Arrow's, a dictionary-encoded field with the type of its values
 * @param format of its files
 * @param options of the format, by name
 * @param settings that the table has of its own, by name
 * @param version the newest
 * @param files the paths of that version's data files, as {@link Penstock#fileSystem} takes them, in the order they were added
 * @param rows in these files
 * @param bytes of these files
 */
public record TableDescription(
        TableName name,
        String id,
        Schema schema,
        TableFormat format,
        Map<String, String> options,
        Map<String, String> settings,
        long version,
        List<String> files,
        long rows,
        long bytes) {}
