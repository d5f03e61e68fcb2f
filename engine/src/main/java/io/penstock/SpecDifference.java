package io.penstock;

import io.penstock.log.TableMetadata;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/** Tells how a table that exists differs from what it was asked to be. */
final class SpecDifference {
    private SpecDifference() {}

    /** @throws IllegalArgumentException naming the table and the first difference, if there is one */
    static void require(TableName table, TableMetadata existing, TableSpec spec) {
        String provider = spec.format().implementation().name();
        if (!existing.provider().equals(provider)) {
            throw refusal(table, "its format is " + existing.provider() + " and not " + provider);
        }
        if (!existing.options().equals(spec.options())) {
            throw refusal(table, "its format has the options " + existing.options() + " and not " + spec.options());
        }
        if (!existing.configuration().equals(spec.settings())) {
            throw refusal(table, "it has the settings " + existing.configuration() + " and not " + spec.settings());
        }
        List<Field> fields = existing.schema().getFields();
        List<Field> wanted = spec.schema().getFields();
        for (int i = 0; i < Math.min(fields.size(), wanted.size()); i++) {
            if (!fields.get(i).equals(wanted.get(i))) {
                throw refusal(table, "its column " + (i + 1) + " is " + fields.get(i) + " and not " + wanted.get(i));
            }
        }
        if (fields.size() != wanted.size()) {
            throw refusal(table, "it has " + fields.size() + " columns and not " + wanted.size());
        }
    }

    private static IllegalArgumentException refusal(TableName table, String difference) {
        return new IllegalArgumentException("table " + table + " exists already: " + difference);
    }
}
